using ResNeXt.Core.Options;
using static System.FormattableString;

namespace ResNeXt.Core.Quantization;

/// <summary>The options of <see cref="QuantizedClassifier.Quantize"/>. The defaults suit most networks.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The largest value of <see cref="MaximumImages"/>.</summary>
    public const int MostImages = 500;

    /// <summary>The calibration method, which chooses the ranges of activations.</summary>
    /// <value>Default <see cref="CalibrationMethod.Automatic"/>.</value>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Automatic;

    /// <summary>The percentage of an activation's values that <see cref="CalibrationMethod.Percentile"/> keeps on each side.</summary>
    /// <value>Default 99.99; above 90, at most 100.</value>
    public double Percentile { get; init; } = 99.99;

    /// <summary>The number of images to use at most; if there are more, they are drawn with <see cref="Seed"/>.</summary>
    /// <value>Default 500, which is also the most; at least 1.</value>
    public int MaximumImages { get; init; } = MostImages;

    /// <summary>The fraction of the images that is held back from calibration to measure the accuracy on.</summary>
    /// <value>Default 0.4; above 0 and below 1. A single image is used for both.</value>
    public double HeldBackFraction { get; init; } = 0.4;

    /// <summary>The seed for drawing images.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Whether to quantize the first convolution, whose input is the image.</summary>
    /// <value>Default true.</value>
    public bool QuantizeFirstLayer { get; init; } = true;

    /// <summary>Whether to quantize the last layer, which computes the logits. The logits themselves are always float32.</summary>
    /// <value>Default true.</value>
    public bool QuantizeClassifier { get; init; } = true;

    /// <summary>
    /// Whether weights use only 7 of their 8 bits. On x86 without VNNI, ONNX Runtime adds two products in 16 bits, which 8-bit weights can overflow;
    /// the sum is then clipped.
    /// </summary>
    /// <value>
    /// Default true: the model computes the same on every CPU. False is slightly more accurate if every CPU that scores has int8 instructions.
    /// </value>
    public bool ReduceRange { get; init; } = true;

    /// <summary>Whether to correct biases for the mean error of the quantized weights (arXiv 1906.04721, section 4.2).</summary>
    /// <value>Default null: applied only if accuracy would otherwise drop.</value>
    public bool? BiasCorrection { get; init; }

    /// <summary>Whether to equalize the weight ranges of consecutive layers before quantization (arXiv 1906.04721, section 4.1).</summary>
    /// <value>Default null: applied only if accuracy would otherwise drop.</value>
    public bool? CrossLayerEqualization { get; init; }

    /// <summary>The loss of accuracy to accept on the labeled held-back images. One image may always be lost.</summary>
    /// <value>
    /// Default 0.005, half a percentage point; 0 to 1. If more is lost, the most sensitive layers remain float32, within
    /// <see cref="MaximumFloat32Fraction"/>. With 1, and a <see cref="MinimumAgreement"/> of 0, all layers are quantized.
    /// </value>
    public double MaximumAccuracyLoss { get; init; } = 0.005;

    /// <summary>The fraction of the held-back images whose predicted class must not change. One image may always change.</summary>
    /// <value>
    /// Default 0.98; 0 to 1. If fewer agree, the most sensitive layers remain float32, within <see cref="MaximumFloat32Fraction"/>. With 0, and
    /// a <see cref="MaximumAccuracyLoss"/> of 1, all layers are quantized.
    /// </value>
    public double MinimumAgreement { get; init; } = 0.98;

    /// <summary>
    /// The fraction of the network's weights that may remain float32 if too much accuracy would be lost otherwise. Each hundredth adds 0.0075 of the
    /// size of the float32 model to the size of the int8 model.
    /// </summary>
    /// <value>
    /// Default 0.02, with which the int8 model of a large network has less than 0.27 of the size of the float32 model; 0 to 1. Layers that
    /// <see cref="QuantizeFirstLayer"/> or <see cref="QuantizeClassifier"/> excludes are not counted.
    /// </value>
    public double MaximumFloat32Fraction { get; init; } = 0.02;

    /// <summary>A token that cancels quantization between two batches.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Draws the images to use.</summary>
    /// <param name="count">The number of available images.</param>
    /// <returns>The indices of at most <see cref="MaximumImages"/> images, ascending.</returns>
    public int[] Draw(int count)
    {
        int[] indices = [.. Enumerable.Range(0, count)];
        if (count <= MaximumImages)
            return indices;
        new Random(Seed).Shuffle(indices);
        return [.. indices.Take(MaximumImages).Order()];
    }

    /// <summary>Validates the options.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public void Validate() => OptionErrors.ThrowIfAny(GetValidationErrors());

    private IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Method))
            yield return Invariant($"{nameof(Method)} is {(int)Method}; use one of {string.Join(", ", Enum.GetNames<CalibrationMethod>())}.");
        if (!(Percentile is > 90 and <= 100))
            yield return Invariant($"{nameof(Percentile)} is {Percentile}; it must be above 90 and at most 100.");
        if (MaximumImages is < 1 or > MostImages)
            yield return Invariant($"{nameof(MaximumImages)} is {MaximumImages}; it must be 1 to {MostImages}.");
        if (!(HeldBackFraction is > 0 and < 1))
            yield return Invariant($"{nameof(HeldBackFraction)} is {HeldBackFraction}; it must be above 0 and below 1.");
        if (!(MaximumAccuracyLoss is >= 0 and <= 1))
            yield return Invariant($"{nameof(MaximumAccuracyLoss)} is {MaximumAccuracyLoss}; it must be 0 to 1.");
        if (!(MaximumFloat32Fraction is >= 0 and <= 1))
            yield return Invariant($"{nameof(MaximumFloat32Fraction)} is {MaximumFloat32Fraction}; it must be 0 to 1.");
        if (!(MinimumAgreement is >= 0 and <= 1))
            yield return Invariant($"{nameof(MinimumAgreement)} is {MinimumAgreement}; it must be 0 to 1.");
    }
}
