using ResNeXt.Core.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine.Probes;

/// <summary>Batch normalization in training mode and the operations after it, computed twice: by a kernel, and step by step in float64.</summary>
internal static class ProbedNormalization
{
    private const int Images = 2, Channels = 64, Size = 6;

    /// <summary>Returns the largest error of the outputs and of the gradients of the input and both parameters.</summary>
    /// <param name="type">The type of the feature maps.</param>
    /// <param name="withShortcut">Whether a shortcut is added before the ReLU.</param>
    /// <param name="compute">The kernel; takes the module, the input and the shortcut.</param>
    /// <param name="after">The operation after the ReLU, for float64.</param>
    public static double Error(ScalarType type, bool withShortcut, Func<BatchNorm2d, Tensor, Tensor?, Tensor> compute, Func<Tensor, Tensor> after)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d normalization = nn.BatchNorm2d(Channels);
        Tensor weight = ProbeTensors.InFloat64(normalization.weight!), bias = ProbeTensors.InFloat64(normalization.bias!);
        Tensor x = ProbeTensors.Draw(1, type, planar: false, Images, Channels, Size, Size).requires_grad_(true), exactX = ProbeTensors.InFloat64(x);
        Tensor? shortcut = withShortcut ? ProbeTensors.Draw(2, type, planar: false, Images, Channels, Size, Size) : null;
        Tensor y = compute(normalization, x, shortcut);
        Tensor exact = Normalize(exactX, weight, bias, normalization.eps);
        exact = after((shortcut is null ? exact : exact.Plus(shortcut.to(ScalarType.Float64))).relu());
        Tensor outputGradient = ProbeTensors.Draw(3, type, planar: false, y.shape);
        y.mul(outputGradient).sum().backward();
        exact.mul(outputGradient.to(ScalarType.Float64)).sum().backward();
        return ProbeTensors.Largest(
            ProbeTensors.Difference(y, exact), ProbeTensors.Difference(x.grad!, exactX.grad!),
            ProbeTensors.Difference(normalization.weight!.grad!, weight.grad!), ProbeTensors.Difference(normalization.bias!.grad!, bias.grad!));
    }

    private static Tensor Normalize(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        Tensor centered = x - x.mean([0, 2, 3], keepdim: true);
        Tensor variance = (centered * centered).mean([0, 2, 3], keepdim: true);
        return (centered / variance.Plus(epsilon).sqrt() * weight.view(1, -1, 1, 1)).Plus(bias.view(1, -1, 1, 1));
    }
}
