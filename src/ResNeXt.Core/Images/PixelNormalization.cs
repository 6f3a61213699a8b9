using System.Numerics.Tensors;
using static System.FormattableString;

namespace ResNeXt.Core.Images;

/// <summary>Mean and standard deviation per channel, on the scale of the pixels: a network sees (pixel - mean) / deviation.</summary>
public sealed record PixelNormalization
{
    /// <summary>Makes a normalisation.</summary>
    /// <param name="mean">Mean of every channel; finite.</param>
    /// <param name="deviation">Standard deviation of every channel; finite and above 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is out of range.</exception>
    public PixelNormalization(IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        if (mean.Count == 0 || mean.Count != deviation.Count)
            throw new ArgumentException($"The mean has {mean.Count} values and the standard deviation {deviation.Count}; both need one per channel.");
        if (!mean.All(float.IsFinite) || !deviation.All(value => float.IsFinite(value) && value > 0))
            throw new ArgumentException($"The mean is [{Text(mean)}] and the standard deviation [{Text(deviation)}]; both must be finite and the deviation above 0.");
        Mean = mean;
        Std = deviation;
    }

    /// <summary>ImageNet's, on the scale 0..255: what torchvision's weights were trained with.</summary>
    public static PixelNormalization ImageNet { get; } = new([0.485f * 255, 0.456f * 255, 0.406f * 255], [0.229f * 255, 0.224f * 255, 0.225f * 255]);

    /// <summary>Mean of every channel.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Standard deviation of every channel.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>The same normalisation for pixels that are <paramref name="factor"/> times as large.</summary>
    /// <param name="factor">Above 0, for example 255 from the scale 0..1 to 0..255.</param>
    public PixelNormalization Scale(float factor) => new([.. Mean.Select(value => value * factor)], [.. Std.Select(value => value * factor)]);

    /// <summary>Normalises one planar image in place.</summary>
    internal void Apply(Span<float> pixels, int planeLength)
    {
        for (int channel = 0; channel < Mean.Count; channel++)
        {
            Span<float> plane = pixels.Slice(channel * planeLength, planeLength);
            TensorPrimitives.Subtract(plane, Mean[channel], plane);
            TensorPrimitives.Divide(plane, Std[channel], plane);
        }
    }

    /// <summary>Makes pixels of one normalised planar image again, in place.</summary>
    internal void Undo(Span<float> pixels, int planeLength)
    {
        for (int channel = 0; channel < Mean.Count; channel++)
        {
            Span<float> plane = pixels.Slice(channel * planeLength, planeLength);
            TensorPrimitives.Multiply(plane, Std[channel], plane);
            TensorPrimitives.Add(plane, Mean[channel], plane);
        }
    }

    private static string Text(IEnumerable<float> values) => string.Join(", ", values.Select(value => Invariant($"{value}")));
}
