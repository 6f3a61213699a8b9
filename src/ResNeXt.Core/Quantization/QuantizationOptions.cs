using ResNeXt.Core.Options;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using static System.FormattableString;

namespace ResNeXt.Core.Quantization;

/// <summary>How a network is brought to int8.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The most images that calibration looks at.</summary>
    public const int MostImages = 500;

    /// <summary>How activations get their ranges.</summary>
    /// <value>Default <see cref="CalibrationMethod.Automatic"/>.</value>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Automatic;

    /// <summary>The part of an activation's values, in percent, that <see cref="CalibrationMethod.Percentile"/> keeps on each side.</summary>
    /// <value>Default 99.99; above 90, at most 100.</value>
    public double Percentile { get; init; } = 99.99;

    /// <summary>How many images to look at, drawn by <see cref="Seed"/> where there are more.</summary>
    /// <value>Default 500, which is also the most; at least 1.</value>
    public int MaximumImages { get; init; } = MostImages;

    /// <summary>The part of them that is held back from calibration, to measure on.</summary>
    /// <value>Default 0.4; above 0 and below 1. A single image is used for both.</value>
    public double HeldBackFraction { get; init; } = 0.4;

    /// <summary>Draws the images.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the first convolution is quantised; it sees the images themselves.</summary>
    /// <value>Default true.</value>
    public bool QuantizeFirstLayer { get; init; } = true;

    /// <summary>Whether the last layer is quantised, which gives the logits; these are float32 in any case.</summary>
    /// <value>Default true.</value>
    public bool QuantizeClassifier { get; init; } = true;

    /// <summary>
    /// Whether weights use 7 of their 8 bits. x86 without VNNI needs it: there ONNX Runtime adds products in 16 bits, which 8 may exceed, and what exceeds
    /// them is cut off.
    /// </summary>
    /// <value>Default true: the model computes the same on every CPU. False is a little more exact where all CPUs that score have such instructions.</value>
    public bool ReduceRange { get; init; } = true;

    /// <summary>Whether biases make up for the mean error of the quantised weights.</summary>
    /// <value>Default null: where accuracy falls without.</value>
    public bool? BiasCorrection { get; init; }

    /// <summary>Whether the ranges of consecutive layers are made alike before (arXiv 1906.04721).</summary>
    /// <value>Default null: where accuracy falls without.</value>
    public bool? CrossLayerEqualization { get; init; }

    /// <summary>The accuracy that may be lost on the held-back images, where these have labels; one image may always be.</summary>
    /// <value>Default 0.005, half a point; 0 to 1. Where more is lost, layers stay float32, the most sensitive ones first, within <see cref="MaximumFloat32Fraction"/>; 1 leaves none.</value>
    public double MaximumAccuracyLoss { get; init; } = 0.005;

    /// <summary>The fraction of the held-back images whose predicted class must stay the same; one may always change.</summary>
    /// <value>Default 0.98; 0 to 1. Where fewer do, layers stay float32, the most sensitive ones first; 0 leaves none.</value>
    public double MinimumAgreement { get; init; } = 0.98;

    /// <summary>
    /// The part of the network's weights that may go back to float32 where too much is lost otherwise. Each hundredth makes the file larger by 0.75 hundredths of
    /// the float32 one.
    /// </summary>
    /// <value>Default 0.02, which keeps the file of a large network below 0.27 of the float32 one; 0 to 1. The two ends are not counted where they are asked for.</value>
    public double MaximumFloat32Fraction { get; init; } = 0.02;

    /// <summary>Stops the work between two batches.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Draws the images to look at.</summary>
    /// <param name="count">How many there are.</param>
    /// <returns>The indices of at most <see cref="MaximumImages"/>, ascending.</returns>
    public int[] Draw(int count)
    {
        int[] indices = [.. Enumerable.Range(0, count)];
        if (count <= MaximumImages)
            return indices;
        new Random(Seed).Shuffle(indices);
        return [.. indices.Take(MaximumImages).Order()];
    }

    /// <summary>Checks all of them.</summary>
    /// <exception cref="ArgumentException">Some are out of range; all mistakes are listed.</exception>
    public void Validate()
    {
        OptionErrors.ThrowIfAny(GetValidationErrors());
    }

    private IEnumerable<string> GetValidationErrors()
    {
        if (!Enum.IsDefined(Method))
            yield return $"{nameof(Method)} is {(int)Method}; use one of {string.Join(", ", Enum.GetNames<CalibrationMethod>())}.";
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
