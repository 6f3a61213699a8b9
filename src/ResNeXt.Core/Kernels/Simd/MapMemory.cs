using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>The memory of maps in channels-last order, by the rows of their <see cref="ChannelMatrix"/>. Its tensor belongs to the current dispose scope.</summary>
internal sealed unsafe class MapMemory
{
    // More than a core's share of the last cache, so that what is written is gone from it before it is read.
    private const long Large = 16 << 20;

    private readonly ChannelMatrix _matrix;
    private readonly Tensor _pixels;
    private readonly byte* _start;
    private readonly long _rowBytes;

    private MapMemory(ChannelMatrix matrix, Tensor pixels)
    {
        _matrix = matrix;
        _pixels = pixels;
        _start = (byte*)TensorMemory.Address(pixels);
        _rowBytes = matrix.Width * pixels.element_size();
    }

    /// <summary>The memory of a tensor N x C x H x W, of a copy where it is in another order.</summary>
    public static MapMemory Of(ChannelMatrix matrix, Tensor maps) => new(matrix, TensorMemory.ChannelsLast(maps));

    /// <summary>New memory for maps.</summary>
    public static MapMemory New(ChannelMatrix matrix, ScalarType type)
    {
        MapShape shape = matrix.Shape;
        return new(matrix, empty(shape.Images, shape.Height, shape.Width, shape.Channels, type));
    }

    /// <summary>New memory for maps of the same shape and type.</summary>
    public MapMemory Like() => New(_matrix, _pixels.dtype);

    /// <summary>The maps, N x C x H x W. Belong to the current dispose scope.</summary>
    public Tensor Maps() => _pixels.permute(0, 3, 1, 2);

    /// <summary>Whether they are more than the caches hold.</summary>
    public bool IsLarge => _pixels.numel() * _pixels.element_size() > Large;

    /// <summary>Where a row begins.</summary>
    public byte* this[int row] => _start + row * _rowBytes;
}
