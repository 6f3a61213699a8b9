using Microsoft.ML.Data;
using ResNeXt.MLNet.Explanation;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;
using ResNeXt.MLNet.Prediction;

namespace ResNeXt.MLNet;

public sealed partial class ResNeXtPredictor
{
    private const int MostListed = 20;

    /// <summary>Classifies an image, and finds where in it the network found what speaks for a class.</summary>
    /// <param name="image">The image, of any size; the caller keeps it.</param>
    /// <param name="className">The class; null for the most probable one.</param>
    /// <remarks>
    /// The first call loads the network once more, for scoring and explaining at once; later calls take about as long as a prediction. The scores may
    /// differ from those of <see cref="Predict(MLImage)"/> in the last digits. Of a file, the whole image is decoded.
    /// </remarks>
    /// <exception cref="ArgumentException">The class is not one of <see cref="ClassNames"/>.</exception>
    /// <exception cref="NotSupportedException">The model's graph was changed by another program, so that it cannot be explained.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImageExplanation Explain(MLImage image, string? className = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        int? asked = IndexOf(className);
        // An explanation counts as one of the predictions at the same time, and Dispose waits for it.
        using ScoringSlots.Slot slot = _slots.Rent();
        return Explain(image, asked);
    }

    /// <inheritdoc cref="Explain(MLImage, string)"/>
    /// <summary>Classifies an image file, and finds where in it the network found what speaks for a class.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="className">The class; null for the most probable one.</param>
    /// <exception cref="ArgumentException">The class is not one of <see cref="ClassNames"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="NotSupportedException">The model's graph was changed by another program, so that it cannot be explained.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImageExplanation Explain(string path, string? className = null) => Explain(() => ImageDecoder.DecodeHeld(path), className);

    /// <inheritdoc cref="Explain(MLImage, string)"/>
    /// <summary>Classifies an image file in memory, and finds where in it the network found what speaks for a class.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="className">The class; null for the most probable one.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <exception cref="ArgumentException">The class is not one of <see cref="ClassNames"/>.</exception>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    /// <exception cref="NotSupportedException">The model's graph was changed by another program, so that it cannot be explained.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public ImageExplanation Explain(ReadOnlyMemory<byte> content, string? className = null, string name = "bytes") =>
        Explain(() => ImageDecoder.DecodeHeld(content.Span, name), className);

    /// <inheritdoc cref="Explain(ReadOnlyMemory{byte}, string, string)"/>
    /// <summary>
    /// Classifies an image file in memory, and finds where in it the network found what speaks for a class. No thread waits while as many images
    /// are scored as may be at the same time.
    /// </summary>
    /// <param name="content">The bytes of the file, which stay as they are until the task ends.</param>
    /// <param name="className">The class; null for the most probable one.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="cancellationToken">Cancels waiting; an image that is being explained is finished.</param>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public async Task<ImageExplanation> ExplainAsync(
        ReadOnlyMemory<byte> content, string? className = null, string name = BytesName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        int? asked = IndexOf(className);
        _slots.ThrowIfDisposed();
        using ScoringSlots.Slot slot = await _slots.RentAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(() =>
        {
            using HeldImage image = ImageDecoder.DecodeHeld(content.Span, name);
            return Explain(image.Image, asked);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    private ImageExplanation Explain(Func<HeldImage> decode, string? className)
    {
        int? asked = IndexOf(className);
        using ScoringSlots.Slot slot = _slots.Rent();
        using HeldImage image = decode();
        return Explain(image.Image, asked);
    }

    private ImageExplanation Explain(MLImage image, int? asked)
    {
        int explained = 0;
        using MLImage? resized = Resized(image);
        (ImageScores scores, HeatMap heat) = Activation().Compute(image, resized ?? image, scores => explained = asked ?? Array.IndexOf(scores, scores.Max()));
        return new(Judged(scores), ClassNames[explained], heat, image);
    }

    // Null for null.
    private int? IndexOf(string? className)
    {
        if (className is null)
            return null;
        int index = ClassNames.ToList().IndexOf(className);
        return index >= 0 ? index : throw new ArgumentException(
            $"There is no class '{className}' in the model; there are {string.Join(", ", ClassNames.Take(MostListed))}"
            + $"{(ClassNames.Count > MostListed ? ", ..." : "")}. Name one of them.", nameof(className));
    }
}
