using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// The two passes over memory that <see cref="Im2ColWindows"/> consists of: im2col copies the pixels of every window to a row of a matrix, and
/// col2im, its gradient, adds the gradients of the rows up to those of the pixels.
/// </summary>
internal sealed unsafe class Im2ColPasses
{
    private readonly NchwShape _shape;
    private readonly WindowGeometry _geometry;
    private readonly int _windowsDown, _windowsAcross, _pixelBytes;

    /// <param name="shape">The shape of the feature maps.</param>
    /// <param name="geometry">The windows of the convolution.</param>
    /// <param name="elementSize">The size of an element, in bytes.</param>
    public Im2ColPasses(NchwShape shape, WindowGeometry geometry, int elementSize)
    {
        (_shape, _geometry) = (shape, geometry);
        (_windowsDown, _windowsAcross) = (geometry.Count(shape.Height), geometry.Count(shape.Width));
        _pixelBytes = shape.Channels * elementSize;
    }

    /// <summary>The shape of the feature maps in memory, N x H x W x C.</summary>
    public long[] PixelShape => [_shape.Images, _shape.Height, _shape.Width, _shape.Channels];

    /// <summary>The shape of the matrix, (N Ho Wo) x (K K C): a row per window.</summary>
    public long[] MatrixShape => [_shape.Images * _windowsDown * _windowsAcross, _geometry.Kernel * _geometry.Kernel * _shape.Channels];

    /// <summary>Copies the pixels of each window to its row; pixels of the padding are 0.</summary>
    /// <param name="pixels">The feature maps to read.</param>
    /// <param name="matrix">The matrix to write.</param>
    public void Im2Col(nint pixels, nint matrix)
    {
        long rowBytes = (long)_geometry.Kernel * _geometry.Kernel * _pixelBytes;
        KernelThreads.RunRange(_shape.Images * _windowsDown * _windowsAcross, (from, to) =>
        {
            for (int row = from; row < to; row++)
                CopyWindow((byte*)pixels, (byte*)matrix + row * rowBytes, row);
        });
    }

    /// <summary>Adds up, for each pixel, its gradients in all windows that contain it.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="matrix">The gradient of the matrix to read.</param>
    /// <param name="pixels">The gradient of the feature maps to write.</param>
    public void Col2Im<T>(nint matrix, nint pixels) where T : struct, ILanes => KernelThreads.RunRange(_shape.Images * _shape.Height, (from, to) =>
    {
        byte** sources = stackalloc byte*[_geometry.Kernel * _geometry.Kernel];
        for (int line = from; line < to; line++)
        {
            for (int x = 0; x < _shape.Width; x++)
            {
                int count = FindSources(sources, (byte*)matrix, line / _shape.Height, line % _shape.Height, x);
                Add<T>(sources, count, (byte*)pixels + ((long)line * _shape.Width + x) * _pixelBytes);
            }
        }
    });

    // The pixels of one line of a window are adjacent in memory, so they are copied at once.
    private void CopyWindow(byte* pixels, byte* row, int number)
    {
        (int line, int x) = Math.DivRem(number, _windowsAcross);
        (int image, int y) = Math.DivRem(line, _windowsDown);
        (int height, int width, int stride, int padding) = (_shape.Height, _shape.Width, _geometry.Stride, _geometry.Padding);
        (int top, int bottom) = _geometry.Inside(y, height);
        (int left, int right) = _geometry.Inside(x, width);
        int lineBytes = _geometry.Kernel * _pixelBytes;
        byte* first = pixels + ((long)(image * height + y * stride - padding) * width + x * stride - padding) * _pixelBytes;
        for (int i = 0; i < _geometry.Kernel; i++, row += lineBytes, first += width * _pixelBytes)
        {
            var target = new Span<byte>(row, lineBytes);
            if (i < top || i >= bottom)
            {
                target.Clear();
                continue;
            }
            target[..(left * _pixelBytes)].Clear();
            new ReadOnlySpan<byte>(first + left * _pixelBytes, (right - left) * _pixelBytes).CopyTo(target[(left * _pixelBytes)..]);
            target[(right * _pixelBytes)..].Clear();
        }
    }

    // Where in the matrix the windows have a copy of a pixel.
    private int FindSources(byte** sources, byte* matrix, int image, int y, int x)
    {
        int kernel = _geometry.Kernel, count = 0;
        for (int i = 0; i < kernel; i++)
        {
            for (int j = 0; j < kernel; j++)
            {
                if (WindowAt(y, i, _windowsDown) is not { } down || WindowAt(x, j, _windowsAcross) is not { } across)
                    continue;
                long row = (image * _windowsDown + down) * _windowsAcross + across;
                sources[count++] = matrix + (row * kernel * kernel + i * kernel + j) * _pixelBytes;
            }
        }
        return count;
    }

    // Sums are computed in float32 for every element type.
    private void Add<T>(byte** sources, int count, byte* pixel) where T : struct, ILanes
    {
        for (int offset = 0; offset < _pixelBytes; offset += ILanes.Count * T.Size)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int source = 0; source < count; source++)
                sum += T.Load(sources[source] + offset);
            T.Store(pixel + offset, sum);
        }
    }

    // The window that has a pixel at an offset from its first one, if any.
    private int? WindowAt(int pixel, int offset, int windows)
    {
        (int window, int rest) = Math.DivRem(pixel + _geometry.Padding - offset, _geometry.Stride);
        return rest == 0 && window >= 0 && window < windows ? window : null;
    }
}
