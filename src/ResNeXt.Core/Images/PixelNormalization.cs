using System.Numerics.Tensors;
using static System.FormattableString;

namespace ResNeXt.Core.Images;

/// <summary>The mean and standard deviation of every channel, on the scale of the pixels. The network's input is (pixel - mean) / std.</summary>
public sealed record PixelNormalization
{
    /// <summary>Creates a normalization.</summary>
    /// <param name="mean">The mean of every channel; finite.</param>
    /// <param name="std">The standard deviation of every channel; finite and above 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is out of range.</exception>
    public PixelNormalization(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        (mean, std) = ([.. mean], [.. std]);
        if (mean.Count == 0 || mean.Count != std.Count)
            throw new ArgumentException($"The mean has {mean.Count} values and the standard deviation {std.Count}; both need one per channel.");
        if (!mean.All(float.IsFinite) || !std.All(value => float.IsFinite(value) && value > 0))
        {
            throw new ArgumentException($"The mean is [{Text(mean)}] and the standard deviation [{Text(std)}]; "
                + "both must be finite, and the standard deviation above 0.");
        }
        Mean = mean;
        Std = std;
    }

    /// <summary>The mean and standard deviation of ImageNet on the scale 0..255, which torchvision's weights were trained with.</summary>
    public static PixelNormalization ImageNet { get; } =
        new([0.485f * 255, 0.456f * 255, 0.406f * 255], [0.229f * 255, 0.224f * 255, 0.225f * 255]);

    /// <summary>The mean of every channel.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>The standard deviation of every channel.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>Returns the same normalization for pixels that are <paramref name="factor"/> times as large.</summary>
    /// <param name="factor">The factor; above 0, for example 255 from the scale 0..1 to 0..255.</param>
    public PixelNormalization Scale(float factor) => new([.. Mean.Select(value => value * factor)], [.. Std.Select(value => value * factor)]);

    /// <summary>Normalizes a planar image in place.</summary>
    /// <param name="pixels">The image.</param>
    /// <param name="planeLength">The number of pixels of one channel.</param>
    internal void Apply(Span<float> pixels, int planeLength)
    {
        for (int channel = 0; channel < Mean.Count; channel++)
        {
            Span<float> plane = pixels.Slice(channel * planeLength, planeLength);
            TensorPrimitives.Subtract(plane, Mean[channel], plane);
            TensorPrimitives.Divide(plane, Std[channel], plane);
        }
    }

    /// <summary>Converts a normalized planar image back to pixels in place.</summary>
    /// <param name="pixels">The image.</param>
    /// <param name="planeLength">The number of pixels of one channel.</param>
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
