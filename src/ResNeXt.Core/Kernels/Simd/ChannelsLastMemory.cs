using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>
/// The memory of feature maps in channels-last format, addressed by the rows of their <see cref="ChannelMatrix"/>. Its tensor belongs to the current
/// dispose scope.
/// </summary>
internal sealed unsafe class ChannelsLastMemory
{
    // More than a core's share of the last-level cache: what is written has left the cache before it is read again.
    private const long Large = 16 << 20;

    private readonly ChannelMatrix _matrix;
    private readonly Tensor _pixels;
    private readonly byte* _start;
    private readonly long _rowBytes;

    private ChannelsLastMemory(ChannelMatrix matrix, Tensor pixels)
    {
        _matrix = matrix;
        _pixels = pixels;
        _start = (byte*)TensorMemory.Address(pixels);
        _rowBytes = matrix.Width * pixels.element_size();
    }

    /// <summary>The memory of an N x C x H x W tensor, or of a copy if the tensor is not in channels-last format.</summary>
    public static ChannelsLastMemory Of(ChannelMatrix matrix, Tensor maps) => new(matrix, TensorMemory.ChannelsLast(maps));

    /// <summary>Allocates memory for feature maps.</summary>
    public static ChannelsLastMemory New(ChannelMatrix matrix, ScalarType type)
    {
        NchwShape shape = matrix.Shape;
        return new(matrix, empty(shape.Images, shape.Height, shape.Width, shape.Channels, type));
    }

    /// <summary>Allocates memory for feature maps of the same shape and type.</summary>
    public ChannelsLastMemory Like() => New(_matrix, _pixels.dtype);

    /// <summary>The feature maps as an N x C x H x W tensor, which belongs to the current dispose scope.</summary>
    public Tensor Maps() => _pixels.permute(0, 3, 1, 2);

    /// <summary>Whether the feature maps are larger than the caches.</summary>
    public bool IsLarge => _pixels.numel() * _pixels.element_size() > Large;

    /// <summary>The address of a row.</summary>
    public byte* this[int row] => _start + row * _rowBytes;
}
