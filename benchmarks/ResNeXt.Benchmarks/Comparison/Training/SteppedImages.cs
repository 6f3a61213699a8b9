using ResNeXt.Core.Images;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>Few images over and over, and the memory that the process had when each step's were read: a trainer tells of epochs, not of steps.</summary>
internal sealed class SteppedImages(IImageDataset images, int batchSize, int steps) : IImageDataset
{
    private readonly double[] _memory = new double[steps];
    private int _read;

    public int Count => batchSize * steps;

    public ImageShape Shape => images.Shape;

    public PixelRange Range => images.Range;

    public int Label(int index) => images.Label(index % images.Count);

    /// <summary>Memory in MiB while the images of a step, from 1, were read.</summary>
    public double MemoryAt(int step) => _memory[step - 1];

    public void CopyTo(int index, Span<float> pixels)
    {
        int read = Interlocked.Increment(ref _read);
        if (read % batchSize == 0)
            _memory[read / batchSize - 1] = ProcessMemory.Now;
        images.CopyTo(index % images.Count, pixels);
    }
}
