using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Im2Col;

/// <summary>
/// A convolution as the product of a matrix of windows and the weights. On small maps libtorch's own convolutions in bfloat16 take longer than that, on those of
/// a few pixels up to five times as long, most of it for the gradient of the weights.
/// </summary>
internal static class LoweredConvolution
{
    // Measured: with more windows for each output channel the product loses what it wins, or the windows cost more.
    private const int WindowsPerChannel = 4, WindowsPerChannelInFloat32 = 1;

    /// <summary>Whether it can compute a convolution, and in training faster than libtorch does: both tensors lie in channels-last order, so that nothing else is copied.</summary>
    /// <param name="x">N x C x H x W.</param>
    /// <param name="weight">Co x C x K x K, of the same type.</param>
    /// <param name="groups">Of the convolution.</param>
    /// <param name="windows">Where they lie.</param>
    public static bool Suits(Tensor x, Tensor weight, int groups, WindowGeometry windows)
    {
        int limit = x.dtype switch { ScalarType.BFloat16 => WindowsPerChannel, ScalarType.Float32 => WindowsPerChannelInFloat32, _ => 0 };
        if (limit == 0 || groups != 1 || x.device_type != DeviceType.CPU)
            return false;
        var shape = MapShape.Of(x);
        return shape.Channels % ILanes.Count == 0 && (long)shape.Images * windows.Count(shape.Height) * windows.Count(shape.Width) <= limit * weight.size(0)
            && x.stride(1) == 1 && weight.stride(1) == 1;
    }

    /// <summary>Computes it: N x Co x Ho x Wo, in channels-last order. The result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W.</param>
    /// <param name="weight">Co x C x K x K, of the same type; in channels-last order it is used where it lies.</param>
    /// <param name="bias">Co, or null.</param>
    /// <param name="windows">Where they lie.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor? bias, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        var shape = MapShape.Of(x);
        long outputs = weight.size(0);
        Tensor matrix = weight.permute(0, 2, 3, 1).reshape(outputs, -1);
        Tensor rows = windows.AreThePixels ? x.permute(0, 2, 3, 1).reshape(-1, shape.Channels) : Im2ColWindows.Of(x, windows);
        return MatrixProduct.Of(rows, matrix, bias)
            .view(shape.Images, windows.Count(shape.Height), windows.Count(shape.Width), outputs).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
