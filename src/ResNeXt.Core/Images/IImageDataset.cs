namespace ResNeXt.Core.Images;

/// <summary>Labelled images of one shape that can be read in any order, by several threads at once.</summary>
public interface IImageDataset
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>The shape of every image.</summary>
    ImageShape Shape { get; }

    /// <summary>The pixel values that stand for black and white.</summary>
    PixelRange Range { get; }

    /// <summary>The class of an image, from 0.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    int Label(int index);

    /// <summary>Copies an image's pixels, not normalised.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="pixels">Takes <see cref="ImageShape.Length"/> values, planar.</param>
    void CopyTo(int index, Span<float> pixels);
}
