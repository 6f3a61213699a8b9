using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine;

/// <summary>A convolution that is computed twice: as libtorch or a kernel does it, and as products in float64.</summary>
internal sealed record ProbedConvolution(int Inputs, int Outputs, int Size, int Kernel, int Stride, int Groups)
{
    /// <summary>Images of the batch.</summary>
    public int Images { get; init; } = 2;

    /// <summary>Whether tensors lie in the order N, C, H, W rather than channels-last.</summary>
    public bool IsPlanar { get; init; }

    /// <summary>For example: 3x3 convolution of 8 to 8 channels on 8x8 pixels, stride 1.</summary>
    public override string ToString() =>
        $"{Kernel}x{Kernel} convolution of {Inputs} to {Outputs} channels on {Size}x{Size} pixels, stride {Stride}"
        + (Groups > 1 ? $", {Groups} groups" : "") + (IsPlanar ? ", planar" : "");

    /// <summary>The largest error of the outputs and both gradients.</summary>
    /// <param name="type">What is computed in.</param>
    /// <param name="compute">Takes the maps and the weights.</param>
    public double Error(ScalarType type, Func<Tensor, Tensor, Tensor> compute)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ProbeTensors.Draw(1, type, IsPlanar, Images, Inputs, Size, Size).requires_grad_(true);
        Tensor weight = ProbeTensors.Draw(2, type, IsPlanar, Outputs, Inputs / Groups, Kernel, Kernel).requires_grad_(true);
        Tensor exactX = ProbeTensors.InFloat64(x), exactWeight = ProbeTensors.InFloat64(weight);
        Tensor y = compute(x, weight), exact = Products(exactX, exactWeight);
        Tensor arriving = ProbeTensors.Draw(3, type, IsPlanar, y.shape);
        y.mul(arriving).sum().backward();
        exact.mul(arriving.to(ScalarType.Float64)).sum().backward();
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
