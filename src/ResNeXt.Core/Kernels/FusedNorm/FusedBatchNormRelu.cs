using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Batch normalisation in training, the addition of a shortcut where there is one, and a ReLU (arXiv 1502.03167, algorithm 1): max(0, BN(x) + shortcut).
/// One after the other they go through memory a dozen times; together, forward and backward, eight to ten times. For float32 and bfloat16 in channels-last order
/// on the CPU.
/// </summary>
internal sealed unsafe class FusedBatchNormRelu : autograd.SingleTensorFunction<FusedBatchNormRelu>
{
    private const string HasShortcut = nameof(HasShortcut);

    public override string Name => nameof(FusedBatchNormRelu);

    /// <summary>Whether the processor has the wide registers that it is fast with.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Whether it can compute that of an input.</summary>
    /// <param name="normalization">The module whose parameters and statistics are used.</param>
    /// <param name="x">N x C x H x W.</param>
    public static bool Suits(BatchNorm2d normalization, Tensor x) =>
        IsSupported && KernelSwitch.IsOn && normalization.training && is_grad_enabled() && (x.requires_grad || normalization.weight.requires_grad)
        && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && normalization.weight.dtype == ScalarType.Float32
        && x.stride(1) == 1 && MapShape.Of(x) is { Pixels: > 1 } shape && ChannelMatrix.Suits(shape);

    /// <summary>Computes it and goes on with the running statistics. The result belongs to the current dispose scope.</summary>
    /// <param name="normalization">In training; its statistics learn.</param>
    /// <param name="x">N x C x H x W; stays the caller's.</param>
    /// <param name="shortcut">What is added, like <paramref name="x"/>, or null; stays the caller's.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x, Tensor? shortcut = null)
    {
        // TorchSharp allocates another tensor like the output, which it has no use for afterwards.
        using DisposeScope scope = NewDisposeScope();
        Tensor y = shortcut is null
            ? apply(x, normalization.weight, normalization.bias, normalization)
            : apply(x, normalization.weight, normalization.bias, normalization, shortcut);
        return y.MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, normalization, shortcut) = ((Tensor)vars[0], (BatchNorm2d)vars[3], vars.Length > 4 ? (Tensor)vars[4] : null);
        return x.dtype == ScalarType.BFloat16 ? Forward<BFloat16Lanes>(ctx, x, normalization, shortcut) : Forward<Float32Lanes>(ctx, x, normalization, shortcut);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = saved[0].dtype == ScalarType.BFloat16
            ? Backward<BFloat16Lanes>(ctx, saved[0], saved[1], grad_output) : Backward<Float32Lanes>(ctx, saved[0], saved[1], grad_output);
        // Here rather than at the end of the step: the memory is needed for the layers before.
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        ctx.Dispose();
        return ReturnedGradients.Keep(gradients);
    }

    private static Tensor Forward<T>(autograd.AutogradContext ctx, Tensor x, BatchNorm2d normalization, Tensor? shortcut) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var matrix = ChannelMatrix.Of<T>(MapShape.Of(x));
        MapMemory input = MapMemory.Of(matrix, x), output = input.Like();
        MapMemory? added = shortcut is null ? null : MapMemory.Of(matrix, shortcut);
        BatchStatistics statistics = BatchStatistics.Of<T>(matrix, input);
        statistics.Remember(normalization);
        var normalizer = new Normalizer(matrix, statistics, normalization);
        // What the ReLU lets pass, a bit for each number: what it passed need not be kept, nor computed again.
        Tensor above = empty(x.numel() / ILanes.PairCount, ScalarType.Int32);
        var bits = new ReluMask(matrix, above);
        bool past = output.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => NormalizationPasses<T>.Apply(
            input[from], added is null ? null : added[from], output[from], bits[from], to - from, normalizer, past));
        ctx.save_data(nameof(Normalizer), normalizer);
        ctx.save_data(HasShortcut, shortcut is not null);
        // Saved when this function has ended.
        ctx.save_for_backward([x, above.MoveToOuterDisposeScope()]);
        return output.Maps().MoveToOuterDisposeScope();
    }

    private static List<Tensor> Backward<T>(autograd.AutogradContext ctx, Tensor x, Tensor above, Tensor gradient) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var matrix = ChannelMatrix.Of<T>(MapShape.Of(x));
        var normalizer = (Normalizer)ctx.get_data(nameof(Normalizer));
        var bits = new ReluMask(matrix, above);
        MapMemory input = MapMemory.Of(matrix, x), arriving = MapMemory.Of(matrix, gradient), inputGradient = input.Like();
        MapMemory? shortcutGradient = (bool)ctx.get_data(HasShortcut) ? input.Like() : null;

        (double[] sums, double[] products) = matrix.Sum((from, to, piece) => NormalizationPasses<T>.AddGradients(
            input[from], bits[from], arriving[from], to - from, normalizer, piece));
        NormalizerGradient through = normalizer.Differentiate(sums, products);
        bool past = inputGradient.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => NormalizationPasses<T>.Differentiate(
            input[from], bits[from], arriving[from], inputGradient[from], shortcutGradient is null ? null : shortcutGradient[from], to - from, normalizer, through, past));
        List<Tensor> gradients = [inputGradient.Maps(), TensorMemory.Of(through.Weight), TensorMemory.Of(through.Bias), null!];
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.Maps());
        gradients.ForEach(item => item?.MoveToOuterDisposeScope());
        return gradients;
    }
}
