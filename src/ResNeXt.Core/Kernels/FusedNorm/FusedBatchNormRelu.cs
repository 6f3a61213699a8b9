using System.Runtime.Intrinsics;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Batch normalization in training mode (arXiv 1502.03167, algorithm 1), the addition of the shortcut of a residual block if there is one (arXiv
/// 1512.03385, figure 2), and a ReLU, fused into one operation: max(0, BN(x) + shortcut).
/// </summary>
/// <remarks>
/// <para>
/// BN(x) = weight (x - mean) / sqrt(variance + eps) + bias, with the mean and the variance of the batch, for each channel;
/// <see cref="BatchNormCoefficients"/> reduces it to x Scale + Offset.
/// </para>
/// <para>
/// These operations do little arithmetic: their time is the time of reading and writing memory. Run separately, forward and backward, they traverse
/// memory a dozen times; fused, eight to ten times. Takes float32 and bfloat16 in channels-last format on the CPU.
/// </para>
/// </remarks>
internal sealed unsafe class FusedBatchNormRelu : autograd.SingleTensorFunction<FusedBatchNormRelu>
{
    private const string HasShortcut = nameof(HasShortcut);

    public override string Name => nameof(FusedBatchNormRelu);

    /// <summary>Whether the processor has AVX2 or AVX-512, without which this kernel is slow.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <summary>Whether this kernel can compute the operation: in training, on the CPU, in channels-last format.</summary>
    /// <param name="normalization">The module with the parameters and running statistics.</param>
    /// <param name="x">The input, N x C x H x W.</param>
    public static bool Suits(BatchNorm2d normalization, Tensor x) =>
        IsSupported && KernelSwitch.IsOn && normalization.training && is_grad_enabled() && (x.requires_grad || normalization.weight.requires_grad)
        && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && normalization.weight.dtype == ScalarType.Float32
        && x.stride(1) == 1 && NchwShape.Of(x) is { Pixels: > 1 } shape && ChannelMatrix.Suits(shape);

    /// <summary>Computes the operation and updates the running statistics. The result belongs to the current dispose scope.</summary>
    /// <param name="normalization">The module, in training mode.</param>
    /// <param name="x">The input, N x C x H x W; remains the caller's.</param>
    /// <param name="shortcut">The tensor to add, of the shape and type of <paramref name="x"/>, or null; remains the caller's.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x, Tensor? shortcut = null)
    {
        // Disposes of a second tensor that TorchSharp allocates for the output and does not use afterwards.
        using DisposeScope scope = NewDisposeScope();
        Tensor y = shortcut is null
            ? apply(x, normalization.weight, normalization.bias, normalization)
            : apply(x, normalization.weight, normalization.bias, normalization, shortcut);
        return y.MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, normalization, shortcut) = ((Tensor)vars[0], (BatchNorm2d)vars[3], vars.Length > 4 ? (Tensor)vars[4] : null);
        return x.dtype == ScalarType.BFloat16
            ? Forward<BFloat16Lanes>(ctx, x, normalization, shortcut)
            : Forward<Float32Lanes>(ctx, x, normalization, shortcut);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = saved[0].dtype == ScalarType.BFloat16
            ? Backward<BFloat16Lanes>(ctx, saved[0], saved[1], grad_output)
            : Backward<Float32Lanes>(ctx, saved[0], saved[1], grad_output);
        // Now rather than at the end of the step: the backward pass of the preceding layers needs the memory.
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        ctx.Dispose();
        return ReturnedGradients.Keep(gradients);
    }

    private static Tensor Forward<T>(autograd.AutogradContext ctx, Tensor x, BatchNorm2d normalization, Tensor? shortcut) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var matrix = ChannelMatrix.Of<T>(NchwShape.Of(x));
        ChannelsLastMemory input = ChannelsLastMemory.Of(matrix, x), output = input.Like();
        ChannelsLastMemory? added = shortcut is null ? null : ChannelsLastMemory.Of(matrix, shortcut);
        BatchStatistics statistics = BatchStatistics.Of<T>(matrix, input);
        statistics.UpdateRunning(normalization);
        var coefficients = new BatchNormCoefficients(matrix, statistics, normalization);
        // One bit per element instead of the output: the backward pass only needs to know which elements the ReLU passed.
        Tensor bits = empty(x.numel() / ILanes.PairCount, ScalarType.Int32);
        var mask = new ReluMask(matrix, bits);
        bool nonTemporal = output.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => NormalizationPasses<T>.Forward(
            input[from], added is null ? null : added[from], output[from], mask[from], to - from, coefficients, nonTemporal));
        ctx.save_data(nameof(BatchNormCoefficients), coefficients);
        ctx.save_data(HasShortcut, shortcut is not null);
        // autograd saves these after this method has returned, so they must outlive its dispose scope.
        ctx.save_for_backward([x, bits.MoveToOuterDisposeScope()]);
        return output.Maps().MoveToOuterDisposeScope();
    }

    private static List<Tensor> Backward<T>(autograd.AutogradContext ctx, Tensor x, Tensor bits, Tensor gradient) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var matrix = ChannelMatrix.Of<T>(NchwShape.Of(x));
        var coefficients = (BatchNormCoefficients)ctx.get_data(nameof(BatchNormCoefficients));
        var mask = new ReluMask(matrix, bits);
        ChannelsLastMemory input = ChannelsLastMemory.Of(matrix, x), inputGradient = input.Like();
        var outputGradient = ChannelsLastMemory.Of(matrix, gradient);
        ChannelsLastMemory? shortcutGradient = (bool)ctx.get_data(HasShortcut) ? input.Like() : null;

        (double[] sums, double[] products) = matrix.Sum((from, to, totals) => NormalizationPasses<T>.SumGradients(
            input[from], mask[from], outputGradient[from], to - from, coefficients, totals));
        BatchNormGradients computed = coefficients.Backward(sums, products);
        bool nonTemporal = inputGradient.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => NormalizationPasses<T>.Backward(
            input[from], mask[from], outputGradient[from], inputGradient[from], shortcutGradient is null ? null : shortcutGradient[from],
            to - from, coefficients, computed, nonTemporal));
        List<Tensor> gradients = [inputGradient.Maps(), TensorMemory.Of(computed.Weight), TensorMemory.Of(computed.Bias), null!];
        if (shortcutGradient is not null)
            gradients.Add(shortcutGradient.Maps());
        gradients.ForEach(item => item?.MoveToOuterDisposeScope());
        return gradients;
    }
}
