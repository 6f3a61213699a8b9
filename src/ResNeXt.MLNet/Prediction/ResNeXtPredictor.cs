using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet;

/// <summary>Classifies images one by one, from as many threads as like: for servers. All share one ONNX Runtime session.</summary>
/// <remarks>
/// An image's scores do not depend on what else is being scored: they are exactly those of <see cref="ResNeXtTransformer.Transform"/>. Dispose of it
/// when no more calls are made: it waits for predictions that are under way; later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class ResNeXtPredictor : IDisposable
{
    private readonly EnginePool _engines;
    private readonly float _minimumScore;

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
        _engines = new EnginePool(mlContext, model, ownsModel, options.MaxConcurrency);
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
    public static ResNeXtPredictor Load(MLContext mlContext, string modelZip, PredictorOptions? options = null)
    {
        ResNeXtTransformer model = ResNeXtTransformer.Load(mlContext, modelZip);
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
    public ImagePrediction Predict(Stream stream, string name = "stream") => Decode(() => ImageDecoder.Decode(stream, name));

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

    private ImagePrediction Decode(Func<MLImage> decode)
    {
        // Decoding counts as well: a few kilobytes may be an image of hundreds of megabytes.
        using EnginePool.Lease lease = _engines.Rent();
        using MLImage image = decode();
        return Predict(lease, image);
    }

    private ImagePrediction Predict(EnginePool.Lease lease, MLImage image) => new(ClassNames, lease.Score(image), _minimumScore);
}
