using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>The memory of maps in channels-last order, by the rows of their <see cref="ChannelMatrix"/>. Its tensor belongs to the current dispose scope.</summary>
internal sealed unsafe class MapMemory
{
    private readonly Tensor _pixels;
    private readonly byte* _start;
    private readonly long _rowBytes;

    private MapMemory(ChannelMatrix matrix, Tensor pixels)
    {
        _pixels = pixels;
        _start = (byte*)TensorMemory.Address(pixels);
        _rowBytes = (long)matrix.Width * pixels.element_size();
    }

    /// <summary>The memory of a tensor N x C x H x W, of a copy where it is in another order.</summary>
    public static MapMemory Of(ChannelMatrix matrix, Tensor maps) => new(matrix, TensorMemory.ChannelsLast(maps));

    /// <summary>New memory for maps of the same shape and type.</summary>
    public MapMemory Like(ChannelMatrix matrix) => new(matrix, empty(_pixels.shape, _pixels.dtype));

    /// <summary>The maps, N x C x H x W. Belong to the current dispose scope.</summary>
    public Tensor Maps() => _pixels.permute(0, 3, 1, 2);

    /// <summary>Where a row begins.</summary>
    public byte* this[int row] => _start + row * _rowBytes;
}
