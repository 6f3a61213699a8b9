using System.Buffers;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.MLNet.Explanation;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;
using ResNeXt.MLNet.Images.Resizing;
using ResNeXt.MLNet.OutOfDistribution;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Prediction;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Scoring.Columns;

namespace ResNeXt.MLNet;

/// <summary>
/// Classifies single images, for example in a web server. In contrast to ML.NET's <c>PredictionEngine</c> it is thread-safe: any number of threads
/// may call it, and all share one ONNX Runtime session.
/// </summary>
/// <remarks>
/// The scores of an image do not depend on what else is scored at the same time: they are exactly those of
/// <see cref="ResNeXtTransformer.Transform"/>. <see cref="Dispose"/> waits for predictions that are running; later calls throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
/// <example>
/// <code language="csharp">
/// using var predictor = ResNeXtPredictor.Load(new MLContext(), "model.zip");
/// ImagePrediction prediction = predictor.Predict("cat.jpg");
/// Console.WriteLine($"{prediction.Label}: {prediction.Score:P1}");
/// </code>
/// </example>
public sealed partial class ResNeXtPredictor : IDisposable
{
    private const string StreamName = "stream", BytesName = "bytes";
    private const int BufferLength = 81920;

    private readonly ScoringSlots _slots;
    private readonly Func<ClassActivation> _createActivation;
    private readonly Lock _activationLock = new();
    private ClassActivation? _activation;
    private NotSupportedException? _unexplained;
    private int _isDisposed;
    private readonly PredictorOptions _options;

    // Null if the model has no distances, or is scored on a GPU.
    private readonly FeatureDistance? _distance;

    // The shape that the model decodes images to; null if it takes whole images, which its steps resize.
    private readonly ImageShape? _reduced;

    private ResNeXtPredictor(
        IReadOnlyList<string> classNames, FeatureInput input, FeatureDistance? distance, PredictorOptions options, Func<IImageScorer> createScorer,
        Func<ClassActivation> createActivation)
    {
        ClassNames = classNames;
        _reduced = input.IsReduced ? input.Shape : null;
        _distance = distance;
        _options = options;
        _createActivation = createActivation;
        _slots = new(createScorer(), options.MaxConcurrency, typeof(ResNeXtPredictor));
    }

    private ResNeXtPredictor(MLContext mlContext, ResNeXtTransformer model, bool ownsModel, PredictorOptions? options)
        : this(model.ClassNames, model.Columns.Input, model.Distance, Checked(options, model.Columns.Input),
            () => CreateScorer(mlContext, model, ownsModel, options?.Threads), () => model.CreateClassActivation(options?.Threads))
    {
    }

    /// <summary>Makes a predictor from a classifier. The caller keeps the classifier, and disposes of it after the predictor.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="model">The classifier; its feature column holds images.</param>
    /// <param name="options">The threshold and limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    public ResNeXtPredictor(MLContext mlContext, ResNeXtTransformer model, PredictorOptions? options = null)
        : this(
            mlContext ?? throw new ArgumentNullException(nameof(mlContext)), model ?? throw new ArgumentNullException(nameof(model)), ownsModel: false, options)
    {
    }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Makes a predictor from the trained part of a saved pipeline.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">
    /// The path of a file that <c>mlContext.Model.Save</c> wrote. Its pipeline contains a ResNeXt on an image column; of several the last one is
    /// used.
    /// </param>
    /// <param name="options">The threshold and limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static ResNeXtPredictor Load(MLContext mlContext, string modelZip, PredictorOptions? options = null) =>
        Load(mlContext, () => ModelZip.ReadOnnx(modelZip), modelZip, options);

    /// <summary>Makes a predictor from the trained part of a saved pipeline.</summary>
    /// <param name="mlContext">The context to score in.</param>
    /// <param name="modelZip">
    /// A stream at the beginning of such a file, for example a resource of the application; it need not seek, and is left open.
    /// </param>
    /// <param name="options">The threshold and limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the classifier takes vectors of pixels.</exception>
    /// <exception cref="InvalidDataException">The content is not a saved model, is damaged, or contains no ResNeXt.</exception>
    public static ResNeXtPredictor Load(MLContext mlContext, Stream modelZip, PredictorOptions? options = null) =>
        Load(mlContext, () => ModelZip.ReadOnnx(modelZip, StreamName), StreamName, options);

    private static ResNeXtPredictor Load(MLContext mlContext, Func<byte[]> read, string name, PredictorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        MLServices services = MLServices.Of(mlContext);
        // In a new process, loading the native library takes about as long as reading the file.
        (byte[] onnx, bool isOnGpu) = Concurrently.Make(read, () =>
        {
            _ = OnnxRuntimeAccess.Environment;
            return OnnxStep.IsOnGpu(services);
        });
        // On a GPU, ML.NET opens the session.
        return isOnGpu ? Own(mlContext, ResNeXtTransformer.Load(mlContext, onnx, name), options) : Load(services, onnx, name, options);
    }

    private static ResNeXtPredictor Load(MLServices services, byte[] onnx, string name, PredictorOptions? options)
    {
        (ScoringModel model, ScoringColumns columns, FeatureDistance? distance) = ModelFailure.Explained(name, () =>
        {
            // In a new process, reading the columns takes about as long as checking the rest.
            (ScoringModel model, ScoringColumns columns) = Concurrently.Make(
                () => OnnxReader.ReadForScoring(onnx), () => ScoringColumns.Of(OnnxReader.ReadMetadata(onnx)));
            return (model, columns, model.Features is null ? null : FeatureDistance.Of(model.Notes, model.ClassNames.Count));
        });
        return new(model.ClassNames, columns.Input, distance, Checked(options, columns.Input),
            () => ModelFailure.Explained(name, () => new SessionScorer(
                services, columns, onnx, distance is null ? null : model.Features, options?.Threads, model.IsQuantized)),
            () => new(services, columns.Input.Shape, onnx, options?.Threads));
    }

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

    /// <summary>Classifies an image.</summary>
    /// <param name="image">The image, of any size; the caller keeps it.</param>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using ScoringSlots.Slot slot = _slots.Rent();
        return Predict(slot, image);
    }

    /// <summary>Classifies an image file, which <see cref="ImageDecoder"/> decodes.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(string path) => Decode(() => ImageDecoder.DecodeHeld(path, _reduced));

    /// <summary>Classifies an image file that is read from a stream, and decoded by <see cref="ImageDecoder"/>.</summary>
    /// <param name="stream">The stream, which is read from its position to its end, and left open.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(Stream stream, string name = StreamName) => Decode(() =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ImageDecoder.DecodeHeld(stream, name, _options.MaximumLength, _reduced);
    });

    /// <summary>
    /// Classifies an image file that is read from a stream, such as an upload, and decoded by <see cref="ImageDecoder"/>. The stream is read
    /// asynchronously, and to its end before the image counts towards <see cref="PredictorOptions.MaxConcurrency"/>, so slow senders do not keep
    /// others waiting.
    /// </summary>
    /// <param name="stream">
    /// The stream, for example ASP.NET's <c>Request.Body</c>. It is read from its position to its end, need not seek, and is left open.
    /// </param>
    /// <param name="cancellationToken">Cancels reading and waiting; an image that is being scored is finished.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="InvalidDataException">
    /// The content is not a usable image: empty, cut off, broken, not in a readable format, with too many pixels, or longer than
    /// <see cref="PredictorOptions.MaximumLength"/>. No other exception means that; exceptions of the stream itself are passed on unchanged.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public async Task<ImagePrediction> PredictAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _slots.ThrowIfDisposed();
        using MemoryStream content = await ReadAllAsync(stream, cancellationToken).ConfigureAwait(false);
        return await PredictAsync(content.GetBuffer().AsMemory(0, (int)content.Length), StreamName, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Classifies an image file in memory, which <see cref="ImageDecoder"/> decodes. No thread waits while all slots are taken.</summary>
    /// <param name="content">The bytes of the file, which stay as they are until the task ends.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="cancellationToken">Cancels waiting; an image that is being scored is finished.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="InvalidDataException">
    /// The content is not a usable image, or the model gives scores for it that are not finite. No other exception means that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public async Task<ImagePrediction> PredictAsync(
        ReadOnlyMemory<byte> content, string name = BytesName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        _slots.ThrowIfDisposed();
        using ScoringSlots.Slot slot = await _slots.RentAsync(cancellationToken).ConfigureAwait(false);
        // Not on the caller's thread, which may be a user interface's: if the image was in memory, nothing above has left it.
        return await Task.Run(() =>
        {
            using HeldImage image = ImageDecoder.DecodeHeld(content.Span, name, _reduced);
            return Predict(slot, image.Image);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Classifies an image file in memory, which <see cref="ImageDecoder"/> decodes.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImagePrediction Predict(ReadOnlyMemory<byte> content, string name = BytesName) =>
        Decode(() => ImageDecoder.DecodeHeld(content.Span, name, _reduced));

    /// <summary>Classifies images one after the other, while the result is enumerated: all of them need not fit into memory.</summary>
    /// <param name="images">The images, which the caller keeps; each has been scored when the next one is asked for.</param>
    /// <returns>A prediction per image, in the same order.</returns>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public IEnumerable<ImagePrediction> Predict(IEnumerable<MLImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Select(Predict);
    }

    /// <summary>Waits for predictions that are running, then frees the model if the predictor has loaded it.</summary>
    public void Dispose()
    {
        // A second call at the same time must not free what the first still waits for.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _slots.Dispose();
        _activation?.Dispose();
    }

    // Made when it is first used, because it loads the network a second time. It needs no model, which may be disposed of by then. That a graph cannot be
    // explained stays so; after other failures the next call tries again.
    private ClassActivation Activation()
    {
        lock (_activationLock)
        {
            if (_unexplained is not null)
                throw new NotSupportedException(_unexplained.Message, _unexplained);
            try
            {
                return _activation ??= _createActivation();
            }
            catch (NotSupportedException exception)
            {
                _unexplained = exception;
                throw;
            }
        }
    }

    private static PredictorOptions Checked(PredictorOptions? options, FeatureInput input)
    {
        options ??= new PredictorOptions();
        options.Validate();
        return input.IsImage ? options : throw new ArgumentException(
            $"The model takes vectors of pixels, in the column '{input.ColumnName}', as its pipeline makes them; a predictor scores images. "
            + "Train on a column of images, or make a PredictionEngine of the whole pipeline.");
    }

    private static IImageScorer CreateScorer(MLContext mlContext, ResNeXtTransformer model, bool ownsModel, int? threads)
    {
        ScoringColumns columns = model.Columns;
        // ML.NET's engines give no features, and take no number of threads.
        if ((model.Distance is not null || threads is not null) && model.TryCreateSessionScorer(threads) is { } session)
            return session;
        // A predictor decodes images itself, so a model on encoded images is replaced by the same model on decoded ones.
        ResNeXtTransformer scorer = columns.Input.IsEncoded ? model.OnDecodedImages() : model;
        var engines = new EngineScorer(mlContext, scorer, ownsModel || scorer != model, columns.Input.ColumnName, columns.Score);
        if (ownsModel && scorer != model)
            model.Dispose();
        return engines;
    }

    private async Task<MemoryStream> ReadAllAsync(Stream stream, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; content.Write(buffer, 0, read))
                ImageContent.CheckLength(content.Length + read, StreamName, _options.MaximumLength);
            return content;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ImagePrediction Decode(Func<HeldImage> decode)
    {
        // The slot is rented before decoding, which limits memory: a file of a few kilobytes may be an image of hundreds of megabytes.
        using ScoringSlots.Slot slot = _slots.Rent();
        using HeldImage image = decode();
        return Predict(slot, image.Image);
    }

    private ImagePrediction Predict(ScoringSlots.Slot slot, MLImage image)
    {
        using MLImage? resized = Resized(image);
        return Judged(slot.Score(resized ?? image));
    }

    private ImagePrediction Judged(ImageScores scores) =>
        new(ClassNames, scores.Probabilities, scores.Features is { } features ? _distance?.Of(features) : null, _options);

    // Null if the model's steps take the image as it is.
    private MLImage? Resized(MLImage image) => _reduced is { } shape && (image.Width, image.Height) != (shape.Width, shape.Height)
        ? AntialiasedResize.Of(image, shape.Width, shape.Height)
        : null;
}
