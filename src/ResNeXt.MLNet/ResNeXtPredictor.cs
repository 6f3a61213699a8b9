using System.Buffers;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Prediction;

namespace ResNeXt.MLNet;

/// <summary>Classifies images one by one, from as many threads as like: for servers. All share one ONNX Runtime session.</summary>
/// <remarks>
/// An image's scores do not depend on what else is being scored: they are exactly those of <see cref="ResNeXtTransformer.Transform"/>. Dispose of it
/// when no more calls are made: it waits for predictions that are under way; later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class ResNeXtPredictor : IDisposable
{
    private const string StreamName = "stream";
    private const int BufferLength = 81920;

    private readonly EnginePool _engines;
    private readonly float _minimumScore;
    private readonly long _maximumLength;

    private ResNeXtPredictor(MLContext mlContext, ResNeXtTransformer model, bool ownsModel, PredictorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new PredictorOptions();
        options.Validate();
        if (!model.Columns.Input.IsImage)
        {
            throw new ArgumentException($"The model takes vectors of pixels, in the column '{model.Columns.Input.ColumnName}', as its pipeline makes them; "
                + "a predictor scores images. Train on a column of images, or make a PredictionEngine of the whole pipeline.");
        }
        ClassNames = model.ClassNames;
        _minimumScore = options.MinimumScore;
        _maximumLength = options.MaximumLength;
        _engines = model.Columns.Input.IsEncoded
            ? OnDecodedImages(mlContext, model, ownsModel, options.MaxConcurrency)
            : new EnginePool(mlContext, model, ownsModel, options.MaxConcurrency);
    }

    /// <summary>Makes a predictor of a classifier, which the caller keeps, and disposes of afterwards.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="model">A classifier whose feature column holds images.</param>
    /// <param name="options">Threshold and bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    public ResNeXtPredictor(MLContext mlContext, ResNeXtTransformer model, PredictorOptions? options = null)
        : this(mlContext, model, ownsModel: false, options)
    {
    }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Makes a predictor of the trained part of a saved pipeline, and owns it.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">A file that <c>mlContext.Model.Save</c> wrote, with a ResNeXt on an image column anywhere in the pipeline; the last one counts.</param>
    /// <param name="options">Threshold and bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static ResNeXtPredictor Load(MLContext mlContext, string modelZip, PredictorOptions? options = null) =>
        Own(mlContext, ResNeXtTransformer.Load(mlContext, modelZip), options);

    /// <summary>Makes a predictor of the trained part of a saved pipeline, and owns it.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">The content of such a file, from its beginning, for example a resource of the application; left open.</param>
    /// <param name="options">Threshold and bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or has no ResNeXt in it.</exception>
    public static ResNeXtPredictor Load(MLContext mlContext, Stream modelZip, PredictorOptions? options = null) =>
        Own(mlContext, ResNeXtTransformer.Load(mlContext, modelZip), options);

    private static ResNeXtPredictor Own(MLContext mlContext, ResNeXtTransformer model, PredictorOptions? options)
    {
        try
        {
            return new(mlContext, model, ownsModel: true, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Classifies an image, which stays the caller's.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using EnginePool.Lease lease = _engines.Rent();
        return Predict(lease, image);
    }

    /// <summary>Classifies an image file, decoded by <see cref="ImageDecoder"/>: upright and over white.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(string path) => Decode(() => ImageDecoder.Decode(path));

    /// <summary>Classifies what is left of a stream, which is left open, decoded by <see cref="ImageDecoder"/>.</summary>
    /// <param name="stream">The content of an image file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(Stream stream, string name = StreamName) => Decode(() =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream content = ImageDecoder.ReadAll(stream, name, _maximumLength);
        return ImageDecoder.Decode(content.GetBuffer().AsSpan(0, (int)content.Length), name);
    });

    /// <summary>
    /// Classifies what is left of a stream, such as an upload, decoded by <see cref="ImageDecoder"/>. The stream is read asynchronously, before a
    /// place for scoring is taken, so that slow senders keep nobody waiting; it need not seek or know its length, and is left open.
    /// </summary>
    /// <param name="stream">The content of an image file, for example ASP.NET's <c>Request.Body</c>.</param>
    /// <param name="cancellationToken">Ends reading and waiting; an image that is being scored is finished.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="InvalidDataException">
    /// The upload is no good: empty, cut off, broken, not in a readable format, with too many pixels, or longer than
    /// <see cref="PredictorOptions.MaximumLength"/>. No other exception means that; what the stream itself throws comes unchanged.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public async Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _engines.ThrowIfDisposed();
        using MemoryStream content = await ReadAllAsync(stream, cancellationToken).ConfigureAwait(false);
        using EnginePool.Lease lease = await _engines.RentAsync(cancellationToken).ConfigureAwait(false);
        // Not on the caller's thread, which may be a user interface's: where the stream was in memory, nothing above has left it.
        return await Task.Run(() =>
        {
            using MLImage image = ImageDecoder.Decode(content.GetBuffer().AsSpan(0, (int)content.Length), StreamName);
            return Predict(lease, image);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Classifies the content of an image file that is in memory, decoded by <see cref="ImageDecoder"/>.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(ReadOnlyMemory<byte> content, string name = "bytes") => Decode(() => ImageDecoder.Decode(content.Span, name));

    /// <summary>Classifies images one after the other while they are asked for, so that a sequence may be longer than memory.</summary>
    /// <param name="images">The images, which stay the caller's; each is done with before the next is asked for.</param>
    /// <returns>A prediction per image, in their order.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<MLImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Select(Predict);
    }

    /// <inheritdoc/>
    public void Dispose() => _engines.Dispose();

    // An image column of decoded images: what a predictor has anyway.
    private static EnginePool OnDecodedImages(MLContext mlContext, ResNeXtTransformer model, bool ownsModel, int capacity)
    {
        var pool = new EnginePool(mlContext, model.OnDecodedImages(), ownsModel: true, capacity);
        if (ownsModel)
            model.Dispose();
        return pool;
    }

    private async Task<MemoryStream> ReadAllAsync(Stream stream, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; content.Write(buffer, 0, read))
                ImageDecoder.CheckLength(content.Length + read, StreamName, _maximumLength);
            return content;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ImagePrediction Decode(Func<MLImage> decode)
    {
        // Decoding counts as well: a few kilobytes may be an image of hundreds of megabytes.
        using EnginePool.Lease lease = _engines.Rent();
        using MLImage image = decode();
        return Predict(lease, image);
    }

    private ImagePrediction Predict(EnginePool.Lease lease, MLImage image) => new(ClassNames, lease.Score(image), _minimumScore);
}
