using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Images that count how often one of them is read.</summary>
internal sealed class CountedDataset(IImageDataset images) : IImageDataset
{
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public int Count => images.Count;

    public ImageShape Shape => images.Shape;

    public PixelRange Range => images.Range;

    public int Label(int index) => images.Label(index);

    public void CopyTo(int index, Span<float> pixels)
    {
        Interlocked.Increment(ref _reads);
        images.CopyTo(index, pixels);
    }
}
