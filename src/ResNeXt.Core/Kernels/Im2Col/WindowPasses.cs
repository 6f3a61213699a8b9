using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>Copies pixels to the rows of a matrix of windows, and adds up the rows' gradients to those of the pixels.</summary>
internal abstract unsafe class WindowPasses
{
    private protected WindowPasses(MapShape shape, WindowGeometry geometry, int elementSize)
    {
        (Count, Channels, Height, Width) = shape;
        Geometry = geometry;
        (WindowsDown, WindowsAcross) = (geometry.Count(Height), geometry.Count(Width));
        PixelBytes = Channels * elementSize;
    }

    /// <summary>N x H x W x C.</summary>
    public long[] PixelShape => [Count, Height, Width, Channels];

    /// <summary>(N Ho Wo) x (K K C).</summary>
    public long[] MatrixShape => [Count * WindowsDown * WindowsAcross, Geometry.Kernel * Geometry.Kernel * Channels];

    private protected int Count { get; }

    private protected int Channels { get; }

    private protected int Height { get; }

    private protected int Width { get; }

    private protected WindowGeometry Geometry { get; }

    private protected int WindowsDown { get; }

    private protected int WindowsAcross { get; }

    private protected int PixelBytes { get; }

    /// <summary>Those for a tensor N x C x H x W.</summary>
    public static WindowPasses Of(Tensor x, WindowGeometry geometry) =>
        x.dtype == ScalarType.BFloat16 ? new WindowPasses<BFloat16Lanes>(MapShape.Of(x), geometry) : new WindowPasses<Float32Lanes>(MapShape.Of(x), geometry);

    /// <summary>Copies the pixels of each window to its row.</summary>
    public void Gather(nint pixels, nint matrix)
    {
        long rowBytes = (long)Geometry.Kernel * Geometry.Kernel * PixelBytes;
        KernelThreads.RunRange(Count * WindowsDown * WindowsAcross, (from, to) =>
        {
            for (int row = from; row < to; row++)
                GatherRow((byte*)pixels, (byte*)matrix + row * rowBytes, row);
        });
    }

    /// <summary>Adds up, for each pixel, its gradients in all windows.</summary>
    public abstract void Scatter(nint matrix, nint pixels);

    // The pixels of a window's line are neighbours in memory.
    private void GatherRow(byte* pixels, byte* row, int number)
    {
        (int line, int x) = Math.DivRem(number, WindowsAcross);
        (int image, int y) = Math.DivRem(line, WindowsDown);
        (int top, int bottom) = Geometry.Inside(y, Height);
        (int left, int right) = Geometry.Inside(x, Width);
        int lineBytes = Geometry.Kernel * PixelBytes;
        byte* first = pixels + ((long)(image * Height + y * Geometry.Stride - Geometry.Padding) * Width + x * Geometry.Stride - Geometry.Padding) * PixelBytes;
        for (int i = 0; i < Geometry.Kernel; i++, row += lineBytes, first += Width * PixelBytes)
        {
            var target = new Span<byte>(row, lineBytes);
            if (i < top || i >= bottom)
            {
                target.Clear();
                continue;
            }
            target[..(left * PixelBytes)].Clear();
            new ReadOnlySpan<byte>(first + left * PixelBytes, (right - left) * PixelBytes).CopyTo(target[(left * PixelBytes)..]);
            target[(right * PixelBytes)..].Clear();
        }
    }
}

/// <summary>The same for one type of element.</summary>
internal sealed unsafe class WindowPasses<T>(MapShape shape, WindowGeometry geometry) : WindowPasses(shape, geometry, T.Size) where T : struct, ILanes
{
    public override void Scatter(nint matrix, nint pixels) => KernelThreads.RunRange(Count * Height, (from, to) =>
    {
        byte** sources = stackalloc byte*[Geometry.Kernel * Geometry.Kernel];
        for (int line = from; line < to; line++)
        {
            for (int x = 0; x < Width; x++)
                Add(sources, Sources(sources, (byte*)matrix, line / Height, line % Height, x), (byte*)pixels + ((long)line * Width + x) * PixelBytes);
        }
    });

    // Where the windows have a pixel.
    private int Sources(byte** sources, byte* matrix, int image, int y, int x)
    {
        int kernel = Geometry.Kernel, count = 0;
        for (int i = 0; i < kernel; i++)
        {
            for (int j = 0; j < kernel; j++)
            {
                if (Window(y, i, WindowsDown) is { } down && Window(x, j, WindowsAcross) is { } across)
                    sources[count++] = matrix + ((long)((image * WindowsDown + down) * WindowsAcross + across) * kernel * kernel + i * kernel + j) * PixelBytes;
            }
        }
        return count;
    }

    // In float32, whatever the type.
    private void Add(byte** sources, int count, byte* pixel)
    {
        for (int offset = 0; offset < PixelBytes; offset += ILanes.Count * T.Size)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int source = 0; source < count; source++)
                sum += T.Load(sources[source] + offset);
            T.Store(pixel + offset, sum);
        }
    }

    // The window that has a pixel at an offset.
    private int? Window(int pixel, int offset, int windows)
    {
        (int window, int rest) = Math.DivRem(pixel + Geometry.Padding - offset, Geometry.Stride);
        return rest == 0 && window >= 0 && window < windows ? window : null;
    }
}
