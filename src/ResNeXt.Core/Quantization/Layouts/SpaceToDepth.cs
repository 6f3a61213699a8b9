using ResNeXt.Core.Networks;

namespace ResNeXt.Core.Quantization.Layouts;

/// <summary>
/// Computes a convolution with stride 2 as one with stride 1, whose input has the four pixels of each block of 2 x 2 as channels: the result is the
/// same to the last bit. ONNX Runtime copies the channels of every pixel of a window one after the other, and those of the images are only three.
/// </summary>
/// <param name="Layer">The convolution with stride 1.</param>
/// <param name="Before">The padding above and to the left of the blocks.</param>
/// <param name="After">The padding below and to the right of the blocks.</param>
internal sealed record SpaceToDepth(LayerSpec Layer, int Before, int After)
{
    /// <summary>The side of a block.</summary>
    public const int Block = 2;

    private const int MostChannels = 4;

    /// <summary>Whether this may be faster: the input has few channels, and consists of whole blocks.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="height">The height of its input.</param>
    /// <param name="width">The width of its input.</param>
    public static bool Pays(LayerSpec layer, int height, int width) =>
        layer is { Stride: Block, Kernel: > 1, Groups: 1, InputChannels: <= MostChannels } && height % Block == 0 && width % Block == 0;

    /// <summary>Rearranges a convolution.</summary>
    /// <param name="layer">The convolution, with stride 2.</param>
    public static SpaceToDepth Of(LayerSpec layer)
    {
        int before = (layer.Padding + 1) / Block, side = (layer.Kernel + Shift(layer) + 1) / Block;
        return new(layer with { InputChannels = layer.InputChannels * Block * Block, Kernel = side, Stride = 1 }, before, side - 1 - before);
    }

    /// <summary>Returns the filters for the rearranged convolution, with zeros where its windows are larger.</summary>
    /// <param name="layer">The convolution as it was.</param>
    /// <param name="filters">Its filters, output channels x input channels x height x width.</param>
    public T[] Rearrange<T>(LayerSpec layer, ReadOnlySpan<T> filters) where T : unmanaged
    {
        int shift = Shift(layer), kernel = layer.Kernel, channels = layer.InputChannels, side = Layer.Kernel;
        var rearranged = new T[layer.OutputChannels * Layer.InputChannels * side * side];
        for (int index = 0; index < filters.Length; index++)
        {
            (int row, int x) = Math.DivRem(index, kernel);
            (int plane, int y) = Math.DivRem(row, kernel);
            (int output, int channel) = Math.DivRem(plane, channels);
            (int blockX, int inX) = Math.DivRem(x + shift, Block);
            (int blockY, int inY) = Math.DivRem(y + shift, Block);
            int input = (inY * Block + inX) * channels + channel;
            rearranged[((output * Layer.InputChannels + input) * side + blockY) * side + blockX] = filters[index];
        }
        return rearranged;
    }

    // The pixels between the first one of the first block of a window and the first one of the window.
    private static int Shift(LayerSpec layer) => layer.Padding % Block;
}
