using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Images of any number and size, which must not be read.</summary>
internal sealed class UnreadDataset(int count, ImageShape shape) : IImageDataset
{
    public int Count => count;

    public ImageShape Shape => shape;

    public PixelRange Range => PixelRange.Bytes;

    public int Label(int index) => 0;

    public void CopyTo(int index, Span<float> pixels) => throw new InvalidOperationException("The images are read.");
}
