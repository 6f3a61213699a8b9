using ResNeXt.Core.Networks;
using ResNeXt.Core.Quantization.Layouts;

namespace ResNeXt.Core.Tests.Quantization.Layouts;

public sealed class SpaceToDepthTests
{
    private const int Height = 8, Width = 12;

    [Theory]
    [InlineData(3, 1, 2, 1, 0)]
    [InlineData(5, 2, 3, 1, 1)]
    [InlineData(7, 3, 4, 2, 1)]
    public void Of_AConvolution_ComputesTheSameOfBlocks(int kernel, int channels, int side, int before, int after)
    {
        var layer = new LayerSpec("conv", LayerKind.Convolution, ["x"], channels, 2) { Kernel = kernel, Stride = 2 };
        var random = new Random(1);
        int[] filters = Draw(random, 2 * channels * kernel * kernel), pixels = Draw(random, channels * Height * Width);

        var rearranged = SpaceToDepth.Of(layer);

        Assert.Equal((side, 1, 4 * channels), (rearranged.Layer.Kernel, rearranged.Layer.Stride, rearranged.Layer.InputChannels));
        Assert.Equal((before, after), (rearranged.Before, rearranged.After));
        Assert.Equal(
            Convolve(pixels, (channels, Height, Width), filters, kernel, stride: 2, padding: kernel / 2),
            Convolve(Blocks(pixels, channels), (4 * channels, Height / 2, Width / 2), rearranged.Rearrange<int>(layer, filters), side, 1, before));
    }

    private static int[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-9, 10))];

    // As ONNX defines SpaceToDepth: the place in the block counts more than the channel.
    private static int[] Blocks(int[] pixels, int channels)
    {
        var blocks = new int[pixels.Length];
        for (int index = 0; index < pixels.Length; index++)
        {
            (int channel, int y, int x) = (index / (Height * Width), index / Width % Height, index % Width);
            int to = (y % 2 * 2 + x % 2) * channels + channel;
            blocks[(to * Height / 2 + y / 2) * Width / 2 + x / 2] = pixels[index];
        }
        return blocks;
    }

    // Two output channels of half the height and width, by the definition.
    private static int[] Convolve(int[] pixels, (int Channels, int Height, int Width) shape, int[] filters, int kernel, int stride, int padding)
    {
        const int rows = Height / 2, columns = Width / 2;
        var sums = new int[2 * rows * columns];
        int length = shape.Channels * kernel * kernel;
        for (int index = 0; index < sums.Length; index++)
        {
            (int output, int top, int left) = (index / (rows * columns), index / columns % rows * stride, index % columns * stride);
            for (int weight = 0; weight < length; weight++)
            {
                (int channel, int y) = (weight / (kernel * kernel), top + weight / kernel % kernel - padding);
                int x = left + weight % kernel - padding;
                if (y >= 0 && y < shape.Height && x >= 0 && x < shape.Width)
                    sums[index] += pixels[(channel * shape.Height + y) * shape.Width + x] * filters[output * length + weight];
            }
        }
        return sums;
    }
}
