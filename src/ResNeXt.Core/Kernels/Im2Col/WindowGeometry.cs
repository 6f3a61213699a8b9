namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>The square windows of a convolution or pooling over an image: kernel size, stride and padding, as in PyTorch's <c>conv2d</c>.</summary>
/// <param name="Kernel">The side of a window, in pixels.</param>
/// <param name="Stride">The distance between neighboring windows, in pixels.</param>
/// <param name="Padding">The rows of zeros added around the image; if negative, the rows of the image that are cropped.</param>
internal sealed record WindowGeometry(int Kernel, int Stride, int Padding)
{
    /// <summary>Whether each window is one pixel, so that the image itself is the im2col matrix.</summary>
    public bool IsPointwise => this is { Kernel: 1, Stride: 1, Padding: 0 };

    /// <summary>Whether the output has the size of the input.</summary>
    public bool KeepsSize => Stride == 1 && Kernel == 2 * Padding + 1;

    /// <summary>The number of windows along a side of an image, which is the side of the output.</summary>
    /// <param name="size">The side of the image, in pixels.</param>
    public int Count(int size) => (size + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>The offsets within a window that lie on the image rather than on the padding.</summary>
    /// <param name="window">The index of the window along a side.</param>
    /// <param name="size">The side of the image, in pixels.</param>
    /// <returns>The inclusive start and the exclusive end.</returns>
    public (int From, int To) Inside(int window, int size)
    {
        int start = window * Stride - Padding;
        return (Math.Max(0, -start), Math.Min(Kernel, size - start));
    }

    /// <summary>The windows along a side that contain a pixel.</summary>
    /// <param name="pixel">The index of the pixel.</param>
    /// <param name="size">The side of the image, in pixels.</param>
    /// <returns>The inclusive start and the exclusive end.</returns>
    public (int From, int To) Over(int pixel, int size)
    {
        int padded = pixel + Padding;
        return (padded < Kernel ? 0 : (padded - Kernel) / Stride + 1, Math.Min(Count(size), padded / Stride + 1));
    }
}
