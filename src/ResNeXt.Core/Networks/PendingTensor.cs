using ResNeXt.Core.Kernels.FusedNorm;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.SynchronizedNorm;
using ResNeXt.Core.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>
/// A tensor with operations that are still to be applied to it: normalization, then an addition, then ReLU. They wait for the layer that needs the
/// result, so that one fused kernel can do them together where that is faster.
/// </summary>
/// <param name="Tensor">The tensor. Pending operations may overwrite it.</param>
internal readonly record struct PendingTensor(Tensor Tensor)
{
    private Module<Tensor, Tensor>? Normalization { get; init; }

    private IStatisticsExchange? Statistics { get; init; }

    private Tensor? Addend { get; init; }

    private bool HasRelu { get; init; }

    /// <summary>The result normalized by a module.</summary>
    /// <param name="normalization">The module.</param>
    /// <param name="statistics">Exchanges the statistics of a batch with other processes; null for those of this batch alone.</param>
    public PendingTensor Normalize(Module<Tensor, Tensor> normalization, IStatisticsExchange? statistics) =>
        new(Compute()) { Normalization = normalization, Statistics = statistics };

    /// <summary>The result plus a tensor.</summary>
    // The backward pass of a ReLU needs its output, so that an addition must not overwrite it.
    public PendingTensor Add(Tensor addend) =>
        Normalization is null || Addend is not null || HasRelu ? new(Compute().Plus(addend)) : this with { Addend = addend };

    /// <summary>ReLU of the result.</summary>
    public PendingTensor Relu() => this with { HasRelu = true };

    /// <summary>The maximum of every window of the result.</summary>
    public Tensor MaxPool(WindowGeometry windows)
    {
        if (this is { Normalization: BatchNorm2d batchNorm, Statistics: null, Addend: null, HasRelu: true }
            && FusedBatchNormReluMaxPool.Suits(batchNorm, Tensor))
            return FusedBatchNormReluMaxPool.Compute(batchNorm, Tensor, windows);
        using Tensor y = Compute();
        return functional.max_pool2d(y, windows.Kernel, windows.Stride, windows.Padding);
    }

    /// <summary>Applies what is pending. Call it once: it may overwrite or dispose the tensor.</summary>
    public Tensor Compute()
    {
        if (HasRelu && Statistics is null && Normalization is BatchNorm2d batchNorm && FusedBatchNormRelu.Suits(batchNorm, Tensor))
        {
            return Addend is null ? FusedBatchNormRelu.Compute(batchNorm, Tensor) : FusedBatchNormRelu.Compute(batchNorm, Tensor, Addend);
        }
        Tensor y = Tensor;
        if (Normalization is not null)
        {
            y = Normalization is not BatchNorm2d { training: true } learning ? Normalization.call(Tensor)
                : Statistics is null ? UnfusedBatchNorm.Compute(learning, Tensor)
                : SynchronizedBatchNorm.Compute(learning, Tensor, Statistics);
            Tensor.Dispose();
        }
        if (Addend is not null)
            y = y.Increase(Addend);
        return HasRelu ? y.relu_() : y;
    }
}
