using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>
/// A convolution as the product of a matrix of windows and the weights. On maps of a few pixels libtorch's own convolutions in bfloat16 take up to
/// five times as long as their product does, most of it for the gradient of the weights.
/// </summary>
internal static class LoweredConvolution
{
    // Measured: with more windows for each output channel the product loses what it wins, or the windows cost more.
    private const int WindowsPerChannel = 4;

    /// <summary>Whether it can compute a convolution, and faster than libtorch does.</summary>
    /// <param name="x">N x C x H x W.</param>
    /// <param name="weight">Co x C x K x K, of the same type.</param>
    /// <param name="groups">Of the convolution.</param>
    /// <param name="windows">Where they lie.</param>
    public static bool Suits(Tensor x, Tensor weight, int groups, WindowGeometry windows) =>
        x.dtype == ScalarType.BFloat16 && x.device_type == DeviceType.CPU && groups == 1 && x.shape[1] % BFloat16Vector.Count == 0
        && x.shape[0] * windows.Count(x.shape[2]) * windows.Count(x.shape[3]) <= WindowsPerChannel * weight.shape[0];

    /// <summary>Computes it: N x Co x Ho x Wo, in channels-last order. The result belongs to the current dispose scope.</summary>
    /// <param name="x">N x C x H x W, bfloat16.</param>
    /// <param name="weight">Co x C x K x K; in channels-last order it is used where it lies.</param>
    /// <param name="bias">Co, or null.</param>
    /// <param name="windows">Where they lie.</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor? bias, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        long outputs = weight.shape[0];
        Tensor matrix = weight.permute(0, 2, 3, 1).reshape(outputs, -1);
        Tensor rows = windows.AreThePixels ? x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]) : Windows.Of(x, windows);
        return nn.functional.linear(rows, matrix, bias)
            .view(x.shape[0], windows.Count(x.shape[2]), windows.Count(x.shape[3]), outputs).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
