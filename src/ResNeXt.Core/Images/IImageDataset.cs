namespace ResNeXt.Core.Images;

/// <summary>A dataset of labeled images of one shape, which can be read in any order and by several threads at once.</summary>
public interface IImageDataset
{
    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The shape of every image.</summary>
    ImageShape Shape { get; }

    /// <summary>The pixel values of black and white.</summary>
    PixelRange Range { get; }

    /// <summary>Gets the class of an image, from 0.</summary>
    /// <param name="index">The index of the image, 0 to <see cref="Count"/> - 1.</param>
    int Label(int index);

    /// <summary>Copies the pixels of an image, not normalized.</summary>
    /// <param name="index">The index of the image, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="pixels">The memory for <see cref="ImageShape.Length"/> values, planar.</param>
    void CopyTo(int index, Span<float> pixels);
}
