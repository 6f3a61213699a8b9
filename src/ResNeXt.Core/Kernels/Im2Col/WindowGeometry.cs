namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>Where the windows of a convolution lie.</summary>
/// <param name="Kernel">Side of a window.</param>
/// <param name="Stride">Pixels from one to the next.</param>
/// <param name="Padding">Pixels of zeros around the image; below zero, pixels of the image that are left out.</param>
internal sealed record WindowGeometry(int Kernel, int Stride, int Padding)
{
    /// <summary>Whether each pixel is a window.</summary>
    public bool AreThePixels => this is { Kernel: 1, Stride: 1, Padding: 0 };

    /// <summary>Whether there are as many windows as pixels.</summary>
    public bool KeepsSize => Stride == 1 && Kernel == 2 * Padding + 1;

    /// <summary>How many windows there are along a side of so many pixels.</summary>
    public int Count(int size) => (size + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>The offsets in a window that lie on the image, first and behind the last.</summary>
    /// <param name="window">The window's number along a side.</param>
    /// <param name="size">The side's pixels.</param>
    public (int From, int To) Inside(int window, int size)
    {
        int start = window * Stride - Padding;
        return (Math.Max(0, -start), Math.Min(Kernel, size - start));
    }

    /// <summary>The windows along a side that a pixel lies in, the first and the one behind the last.</summary>
    /// <param name="pixel">The pixel's number.</param>
    /// <param name="size">The side's pixels.</param>
    public (int From, int To) Over(int pixel, int size)
    {
        int padded = pixel + Padding;
        return (padded < Kernel ? 0 : (padded - Kernel) / Stride + 1, Math.Min(Count(size), padded / Stride + 1));
    }
}
