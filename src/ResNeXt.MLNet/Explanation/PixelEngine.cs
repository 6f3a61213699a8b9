using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using ResNeXt.MLNet.Scoring.Mappings;

namespace ResNeXt.MLNet.Explanation;

/// <summary>Crops and resizes single images with the steps of a scoring chain, so the network sees the same pixels. Thread-safe.</summary>
internal sealed class PixelEngine : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly string _imageColumn;
    private readonly ITransformer _steps;

    // An engine serves one thread at a time. Its caller limits how many threads there are.
    private readonly ConcurrentBag<PredictionEngine<Input, Output>> _idle = [];

    /// <summary>Makes the steps.</summary>
    /// <param name="mlContext">The context of the prediction engines.</param>
    /// <param name="services">The context of the steps.</param>
    /// <param name="input">The column of decoded images.</param>
    public PixelEngine(MLContext mlContext, MLServices services, FeatureInput input)
    {
        _mlContext = mlContext;
        _imageColumn = input.ColumnName;
        // Only the type of decoded images of any size is read here.
        FeatureInput anySize = input with { ColumnHeight = 0, ColumnWidth = 0 };
        _steps = PixelColumn.Steps(services, anySize).Fit(PixelColumn.NoRows(services, anySize));
        ImageTypeRegistration.AddSquares();
    }

    /// <summary>Gets the pixels that the network sees, planar.</summary>
    /// <param name="image">The image; the caller keeps it.</param>
    public float[] Read(MLImage image)
    {
        PredictionEngine<Input, Output> engine = _idle.TryTake(out PredictionEngine<Input, Output>? idle) ? idle : Create();
        try
        {
            return engine.Predict(new Input { Image = image }).Pixels;
        }
        finally
        {
            _idle.Add(engine);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out PredictionEngine<Input, Output>? engine))
            engine.Dispose();
        (_steps as IDisposable)?.Dispose();
    }

    private PredictionEngine<Input, Output> Create()
    {
        var input = SchemaDefinition.Create(typeof(Input));
        input[nameof(Input.Image)].ColumnName = _imageColumn;
        return _mlContext.Model.CreatePredictionEngine<Input, Output>(_steps, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OwnsTransformer = false,
        });
    }

    private sealed class Input
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }

    private sealed class Output
    {
        [ColumnName(PixelColumn.Name)]
        public float[] Pixels { get; set; } = [];
    }
}
