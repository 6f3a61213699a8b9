using ResNeXt.Core.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNeXt.Core.Networks;

/// <summary>What comes behind a convolution: its normalisation, if it has one, and a ReLU, in one where that is faster.</summary>
internal static class NormalizedActivation
{
    /// <summary>ReLU(normalisation(x)). May overwrite its input.</summary>
    public static Tensor Relu(this Module<Tensor, Tensor> normalization, Tensor x) =>
        normalization is BatchNorm2d batchNorm && NormalizedRelu.Suits(batchNorm, x) ? NormalizedRelu.Compute(batchNorm, x) : normalization.call(x).relu_();

    /// <summary>pool(ReLU(normalisation(x))). May overwrite its input.</summary>
    public static Tensor ReluMaxPool(this Module<Tensor, Tensor> normalization, Tensor x, WindowGeometry windows)
    {
        if (normalization is BatchNorm2d batchNorm && NormalizedMaxPool.Suits(batchNorm, x))
            return NormalizedMaxPool.Compute(batchNorm, x, windows);
        using Tensor y = normalization.Relu(x);
        return functional.max_pool2d(y, windows.Kernel, windows.Stride, windows.Padding);
    }

    /// <summary>ReLU(normalisation(x) + shortcut). May overwrite its first input.</summary>
    public static Tensor AddRelu(this Module<Tensor, Tensor> normalization, Tensor x, Tensor shortcut) =>
        normalization is BatchNorm2d batchNorm && NormalizedRelu.Suits(batchNorm, x)
            ? NormalizedRelu.Compute(batchNorm, x, shortcut) : normalization.call(x).add_(shortcut).relu_();
}
