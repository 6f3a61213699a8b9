using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// A convolution "lowered" to a matrix product by im2col (see <see cref="Im2ColWindows"/>). On small feature maps this is faster than libtorch's own
/// bfloat16 convolutions, on maps of a few pixels up to five times; most of the difference is in the gradient of the weights.
/// </summary>
internal static class LoweredConvolution
{
    // Measured: with more windows per output channel, the copies cost more than the product saves.
    private const int WindowsPerChannel = 4, WindowsPerChannelInFloat32 = 1;

    /// <summary>
    /// Whether this kernel can compute a convolution, and is faster at it in training than libtorch. Both tensors must be in channels-last format, so
    /// that nothing else is copied.
    /// </summary>
    /// <param name="x">The input, N x C x H x W.</param>
    /// <param name="weight">The weights, Co x C x K x K, of the same type.</param>
    /// <param name="groups">The number of groups of the convolution.</param>
    /// <param name="windows">The windows of the convolution.</param>
    public static bool Suits(Tensor x, Tensor weight, int groups, WindowGeometry windows)
    {
        int limit = x.dtype switch { ScalarType.BFloat16 => WindowsPerChannel, ScalarType.Float32 => WindowsPerChannelInFloat32, _ => 0 };
        if (limit == 0 || groups != 1 || x.device_type != DeviceType.CPU)
            return false;
        var shape = NchwShape.Of(x);
        return shape.Channels % ILanes.Count == 0
            && (long)shape.Images * windows.Count(shape.Height) * windows.Count(shape.Width) <= limit * weight.size(0)
            && x.stride(1) == 1 && weight.stride(1) == 1;
    }

    /// <summary>Computes the convolution: N x Co x Ho x Wo in channels-last format. The result belongs to the current dispose scope.</summary>
    /// <param name="x">The input, N x C x H x W.</param>
    /// <param name="weight">The weights, Co x C x K x K, of the same type; used without a copy if in channels-last format.</param>
    /// <param name="bias">The bias, of length Co, or null.</param>
    /// <param name="windows">The windows of the convolution.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor? bias, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        var shape = NchwShape.Of(x);
        long outputs = weight.size(0);
        Tensor matrix = weight.permute(0, 2, 3, 1).reshape(outputs, -1);
        Tensor rows = windows.IsPointwise ? x.permute(0, 2, 3, 1).reshape(-1, shape.Channels) : Im2ColWindows.Of(x, windows);
        return MatrixProduct.Of(rows, matrix, bias)
            .view(shape.Images, windows.Count(shape.Height), windows.Count(shape.Width), outputs).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
