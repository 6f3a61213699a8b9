using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Kernels.Im2Col;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>What comes behind a convolution: its normalisation, if it has one, and a ReLU, in one where that is faster.</summary>
internal static class NormalizedActivation
{
    /// <summary>ReLU(normalisation(x)). May overwrite its input.</summary>
    public static Tensor Relu(this Module<Tensor, Tensor> normalization, Tensor x) =>
        normalization is BatchNorm2d batchNorm && FusedBatchNormRelu.Suits(batchNorm, x) ? FusedBatchNormRelu.Compute(batchNorm, x) : normalization.call(x).relu_();

    /// <summary>pool(ReLU(normalisation(x))). May overwrite its input.</summary>
    public static Tensor ReluMaxPool(this Module<Tensor, Tensor> normalization, Tensor x, WindowGeometry windows)
    {
        if (normalization is BatchNorm2d batchNorm && FusedBatchNormReluMaxPool.Suits(batchNorm, x))
            return FusedBatchNormReluMaxPool.Compute(batchNorm, x, windows);
        using Tensor y = normalization.Relu(x);
        return functional.max_pool2d(y, windows.Kernel, windows.Stride, windows.Padding);
    }

    /// <summary>ReLU(normalisation(x) + shortcut). May overwrite its first input.</summary>
    public static Tensor AddRelu(this Module<Tensor, Tensor> normalization, Tensor x, Tensor shortcut) =>
        normalization is BatchNorm2d batchNorm && FusedBatchNormRelu.Suits(batchNorm, x)
            ? FusedBatchNormRelu.Compute(batchNorm, x, shortcut) : normalization.call(x).add_(shortcut).relu_();
}
