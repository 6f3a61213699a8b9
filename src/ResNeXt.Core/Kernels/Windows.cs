using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// Lays out the windows that a convolution sees as rows of a matrix, so that its product with the weights is the convolution ("im2col"): from
/// N x C x H x W to (N Ho Wo) x (K K C), for bfloat16 in channels-last order on the CPU. A multiple of 16 channels.
/// </summary>
internal sealed unsafe class Windows : autograd.SingleTensorFunction<Windows>
{
    public override string Name => nameof(Windows);

    /// <summary>Lays them out; the result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W; stays the caller's.</param>
    /// <param name="geometry">Where they lie.</param>
    public static Tensor Of(Tensor x, WindowGeometry geometry) =>
        x.requires_grad && is_grad_enabled() ? apply(x, geometry) : Gather(x, new Image(x.shape, geometry));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, geometry) = ((Tensor)vars[0], (WindowGeometry)vars[1]);
        var image = new Image(x.shape, geometry);
        ctx.save_data(nameof(Image), image);
        return Gather(x, image);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var image = (Image)ctx.get_data(nameof(Image));
        using Tensor rows = grad_output.contiguous();
        using Tensor pixels = empty([image.Count, image.Height, image.Width, image.Channels], rows.dtype);
        image.Scatter((ushort*)TensorMemory.Address(rows), (ushort*)TensorMemory.Address(pixels));
        grad_output.Dispose();
        return [pixels.permute(0, 3, 1, 2), null!];
    }

    private static Tensor Gather(Tensor x, Image image)
    {
        using Tensor pixels = TensorMemory.ChannelsLast(x);
        Tensor rows = empty([image.Rows, image.RowLength], x.dtype);
        image.Gather((ushort*)TensorMemory.Address(pixels), (ushort*)TensorMemory.Address(rows));
        return rows;
    }

    private sealed class Image(long[] shape, WindowGeometry geometry)
    {
        private readonly int _windowsDown = geometry.Count(shape[2]), _windowsAcross = geometry.Count(shape[3]);

        public int Count { get; } = (int)shape[0];
        public int Channels { get; } = (int)shape[1];
        public int Height { get; } = (int)shape[2];
        public int Width { get; } = (int)shape[3];
        public int Rows => Count * _windowsDown * _windowsAcross;
        public int RowLength => geometry.Kernel * geometry.Kernel * Channels;

        public void Gather(ushort* pixels, ushort* rows) => KernelThreads.RunRange(Rows, (from, to) =>
        {
            for (int row = from; row < to; row++)
                GatherRow(pixels, rows + (long)row * RowLength, row);
        });

        // The pixels of a window's line are neighbours in memory.
        private void GatherRow(ushort* pixels, ushort* row, int number)
        {
            (int line, int x) = Math.DivRem(number, _windowsAcross);
            (int image, int y) = Math.DivRem(line, _windowsDown);
            (int top, int bottom) = geometry.Inside(y, Height);
            (int left, int right) = geometry.Inside(x, Width);
            int lineLength = geometry.Kernel * Channels;
            ushort* first = pixels + ((long)(image * Height + y * geometry.Stride - geometry.Padding) * Width + x * geometry.Stride - geometry.Padding) * Channels;
            for (int i = 0; i < geometry.Kernel; i++, row += lineLength, first += Width * Channels)
            {
                var target = new Span<ushort>(row, lineLength);
                if (i < top || i >= bottom)
                {
                    target.Clear();
                    continue;
                }
                target[..(left * Channels)].Clear();
                new ReadOnlySpan<ushort>(first + left * Channels, (right - left) * Channels).CopyTo(target[(left * Channels)..]);
                target[(right * Channels)..].Clear();
            }
        }

        public void Scatter(ushort* rows, ushort* pixels) => KernelThreads.RunRange(Count * Height, (from, to) =>
        {
            for (int line = from; line < to; line++)
            {
                for (int x = 0; x < Width; x++)
                    ScatterTo(rows, pixels + ((long)line * Width + x) * Channels, line / Height, line % Height, x);
            }
        });

        // Adds up in float32 what the windows say of one pixel.
        private void ScatterTo(ushort* rows, ushort* pixel, int image, int y, int x)
        {
            int kernel = geometry.Kernel;
            ushort** sources = stackalloc ushort*[kernel * kernel];
            int count = 0;
            for (int i = 0; i < kernel; i++)
            {
                for (int j = 0; j < kernel; j++)
                {
                    if (Window(y, i, _windowsDown) is { } down && Window(x, j, _windowsAcross) is { } across)
                        sources[count++] = rows + ((long)((image * _windowsDown + down) * _windowsAcross + across) * kernel * kernel + i * kernel + j) * Channels;
                }
            }
            for (int channel = 0; channel < Channels; channel += BFloat16Vector.Count)
            {
                Vector512<float> sum = Vector512<float>.Zero;
                for (int source = 0; source < count; source++)
                    sum += BFloat16Vector.Load(sources[source] + channel);
                BFloat16Vector.Store(pixel + channel, sum);
            }
        }

        // The window that has a pixel at an offset.
        private int? Window(int pixel, int offset, int windows)
        {
            (int window, int rest) = Math.DivRem(pixel + geometry.Padding - offset, geometry.Stride);
            return rest == 0 && window >= 0 && window < windows ? window : null;
        }
    }
}
