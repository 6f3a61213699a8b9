using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>
/// Crops and resizes single images with the steps of a scoring chain, so the network sees the same pixels. Thread-safe.
/// </summary>
/// <remarks>
/// It reads the rows of the steps itself. ML.NET's <c>PredictionEngine</c>, which reads them into objects, generates code for that, which takes
/// longer in a new process than to score an image.
/// </remarks>
internal sealed class PixelEngine : IDisposable
{
    private readonly ITransformer _steps;
    private readonly IRowToRowMapper _mapper;

    // A reader serves one thread at a time. The caller limits how many threads there are.
    private readonly ConcurrentBag<Reader> _idle = [];

    /// <summary>Makes the steps.</summary>
    /// <param name="services">The context of the steps.</param>
    /// <param name="shape">The shape of the images that the network gets.</param>
    public PixelEngine(MLServices services, ImageShape shape)
    {
        _steps = PixelColumn.Resized(services, shape, ImageRow.ColumnName).Fit(new NoImages());
        _mapper = _steps.GetRowToRowMapper(ImageRow.ImageSchema);
        _idle.Add(new(_mapper));
    }

    /// <summary>Makes the steps, and reads an image with them: their code is compiled when it is run for the first time.</summary>
    /// <inheritdoc cref="PixelEngine(MLServices, ImageShape)"/>
    public static PixelEngine Ready(MLServices services, ImageShape shape)
    {
        var engine = new PixelEngine(services, shape);
        using MLImage pixel = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, new byte[4]);
        engine.Read(pixel);
        return engine;
    }

    /// <summary>Gets the pixels that the network sees, planar.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    public float[] Read(MLImage image)
    {
        Reader reader = _idle.TryTake(out Reader? idle) ? idle : new(_mapper);
        try
        {
            return reader.Read(image);
        }
        finally
        {
            _idle.Add(reader);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out Reader? reader))
            reader.Dispose();
        (_steps as IDisposable)?.Dispose();
    }

    private sealed class Reader : IDisposable
    {
        private readonly ImageRow _image = new();
        private readonly DataViewRow _row;
        private readonly ValueGetter<VBuffer<float>> _getPixels;
        private VBuffer<float> _pixels;

        public Reader(IRowToRowMapper mapper)
        {
            DataViewSchema.Column pixels = mapper.OutputSchema[PixelColumn.Name];
            _row = mapper.GetRow(_image, [pixels]);
            _getPixels = _row.GetGetter<VBuffer<float>>(pixels);
        }

        public float[] Read(MLImage image)
        {
            using MLImage shared = MLServices.Share(image);
            _image.MoveTo(shared);
            _getPixels(ref _pixels);
            return [.. _pixels.GetValues()];
        }

        public void Dispose() => _row.Dispose();
    }

    /// <summary>No rows: the steps learn nothing from data.</summary>
    private sealed class NoImages : IDataView
    {
        public DataViewSchema Schema => ImageRow.ImageSchema;

        public bool CanShuffle => false;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            throw new NotSupportedException("There are no rows.");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            throw new NotSupportedException("There are no rows.");
    }
}
