using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine.Probes;

/// <summary>A convolution that is computed twice: by libtorch or a kernel, and as matrix products in float64.</summary>
/// <param name="Inputs">The number of input channels.</param>
/// <param name="Outputs">The number of output channels.</param>
/// <param name="Size">The side of the feature maps, in pixels.</param>
/// <param name="Kernel">The side of a window, in pixels.</param>
/// <param name="Stride">The distance between neighboring windows, in pixels.</param>
/// <param name="Groups">The number of groups.</param>
internal sealed record ProbedConvolution(int Inputs, int Outputs, int Size, int Kernel, int Stride, int Groups)
{
    /// <summary>The number of images in the batch.</summary>
    public int Images { get; init; } = 2;

    /// <summary>Whether tensors are in NCHW memory format rather than channels-last.</summary>
    public bool IsPlanar { get; init; }

    /// <summary>For example: 3x3 convolution of 8 to 8 channels on 8x8 pixels, stride 1.</summary>
    public override string ToString() =>
        $"{Kernel}x{Kernel} convolution of {Inputs} to {Outputs} channels on {Size}x{Size} pixels, stride {Stride}"
        + (Groups > 1 ? $", {Groups} groups" : "") + (IsPlanar ? ", planar" : "");

    /// <summary>Returns the largest error of the outputs and of the gradients of input and weights.</summary>
    /// <param name="type">The type to compute in.</param>
    /// <param name="compute">The convolution; takes the input and the weights.</param>
    public double Error(ScalarType type, Func<Tensor, Tensor, Tensor> compute)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ProbeTensors.Draw(1, type, IsPlanar, Images, Inputs, Size, Size).requires_grad_(true);
        Tensor weight = ProbeTensors.Draw(2, type, IsPlanar, Outputs, Inputs / Groups, Kernel, Kernel).requires_grad_(true);
        Tensor exactX = ProbeTensors.InFloat64(x), exactWeight = ProbeTensors.InFloat64(weight);
        Tensor y = compute(x, weight), exact = Products(exactX, exactWeight);
        Tensor outputGradient = ProbeTensors.Draw(3, type, IsPlanar, y.shape);
        y.mul(outputGradient).sum().backward();
        exact.mul(outputGradient.to(ScalarType.Float64)).sum().backward();
        return ProbeTensors.Largest(
            ProbeTensors.Difference(y, exact), ProbeTensors.Difference(x.grad!, exactX.grad!),
            ProbeTensors.Difference(weight.grad!, exactWeight.grad!));
    }

    private Tensor Products(Tensor x, Tensor weight)
    {
        int size = (Size + 2 * (Kernel / 2) - Kernel) / Stride + 1;
        Tensor windows = nn.functional.unfold(x, Kernel, 1, Kernel / 2, Stride).view(Images, Groups, -1, size * size);
        return weight.reshape(1, Groups, Outputs / Groups, -1).matmul(windows).reshape(Images, Outputs, size, size);
    }
}
