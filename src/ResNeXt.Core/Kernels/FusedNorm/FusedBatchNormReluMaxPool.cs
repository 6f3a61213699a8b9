using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Batch normalization in training mode, a ReLU and max pooling, fused into one operation: the stem of a network after its first convolution (arXiv
/// 1512.03385, table 1).
/// </summary>
/// <remarks>
/// The stem's feature maps are the largest of a network. Fused, they are never written in normalized form; and the index of the maximum of a window,
/// which the backward pass needs, takes one byte instead of libtorch's eight. Takes the same inputs as <see cref="FusedBatchNormRelu"/>.
/// </remarks>
internal sealed unsafe class FusedBatchNormReluMaxPool : autograd.SingleTensorFunction<FusedBatchNormReluMaxPool>
{
    public override string Name => nameof(FusedBatchNormReluMaxPool);

    /// <summary>Whether this kernel can compute the operation.</summary>
    /// <param name="normalization">The module with the parameters and running statistics.</param>
    /// <param name="x">The input, N x C x H x W.</param>
    public static bool Suits(BatchNorm2d normalization, Tensor x) =>
        FusedBatchNormRelu.Suits(normalization, x) && x.size(1) % ILanes.PairCount == 0;

    /// <summary>
    /// Computes the operation and updates the running statistics. The result, N x C x Ho x Wo, belongs to the current dispose scope.
    /// </summary>
    /// <param name="normalization">The module, in training mode.</param>
    /// <param name="x">The input, N x C x H x W; remains the caller's.</param>
    /// <param name="windows">The pooling windows, of at most 15 x 15 pixels.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        return apply(x, normalization.weight, normalization.bias, normalization, windows).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, normalization, windows) = ((Tensor)vars[0], (BatchNorm2d)vars[3], (WindowGeometry)vars[4]);
        return x.dtype == ScalarType.BFloat16
            ? Forward<BFloat16Lanes>(ctx, x, normalization, windows)
            : Forward<Float32Lanes>(ctx, x, normalization, windows);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = saved[0].dtype == ScalarType.BFloat16
            ? Backward<BFloat16Lanes>(ctx, saved[0], saved[1], grad_output)
            : Backward<Float32Lanes>(ctx, saved[0], saved[1], grad_output);
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        ctx.Dispose();
        return ReturnedGradients.Keep(gradients);
    }

    private static Tensor Forward<T>(autograd.AutogradContext ctx, Tensor x, BatchNorm2d normalization, WindowGeometry windows)
        where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var layout = new PoolingLayout(NchwShape.Of(x), windows);
        ChannelMatrix matrix = ChannelMatrix.Of<T>(layout.Shape), pooled = ChannelMatrix.Of<T>(layout.Pooled);
        ChannelsLastMemory input = ChannelsLastMemory.Of(matrix, x), output = ChannelsLastMemory.New(pooled, x.dtype);
        BatchStatistics statistics = BatchStatistics.Of<T>(matrix, input);
        statistics.UpdateRunning(normalization);
        var coefficients = new BatchNormCoefficients(matrix, statistics, normalization);
        Tensor indices = empty((long)layout.Pooled.Pixels * layout.Pooled.Channels, ScalarType.Byte);
        var first = (byte*)TensorMemory.Address(indices);
        KernelThreads.RunRange(layout.Pooled.Images * layout.Pooled.Height, (from, to) =>
            PoolingPasses<T>.Forward(input[0], output[0], first, from, to, layout, coefficients));
        ctx.save_data(nameof(PoolingLayout), layout);
        ctx.save_data(nameof(BatchNormCoefficients), coefficients);
        ctx.save_for_backward([x, indices.MoveToOuterDisposeScope()]);
        return output.Maps().MoveToOuterDisposeScope();
    }

    private static List<Tensor> Backward<T>(autograd.AutogradContext ctx, Tensor x, Tensor indices, Tensor gradient) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var layout = (PoolingLayout)ctx.get_data(nameof(PoolingLayout));
        var coefficients = (BatchNormCoefficients)ctx.get_data(nameof(BatchNormCoefficients));
        var matrix = ChannelMatrix.Of<T>(layout.Shape);
        ChannelsLastMemory input = ChannelsLastMemory.Of(matrix, x), inputGradient = input.Like();
        var outputGradient = ChannelsLastMemory.Of(ChannelMatrix.Of<T>(layout.Pooled), gradient);
        var first = (byte*)TensorMemory.Address(indices);

        (double[] sums, double[] products) = matrix.Sum((from, to, totals) =>
            PoolingPasses<T>.SumGradients(input[from], outputGradient[0], first, from, to, matrix, layout, coefficients, totals));
        BatchNormGradients computed = coefficients.Backward(sums, products);
        bool nonTemporal = inputGradient.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => PoolingPasses<T>.Backward(
            input[from], outputGradient[0], first, inputGradient[from], from, to, matrix, layout, coefficients, computed, nonTemporal));
        List<Tensor> gradients = [inputGradient.Maps(), TensorMemory.Of(computed.Weight), TensorMemory.Of(computed.Bias), null!, null!];
        gradients.ForEach(item => item?.MoveToOuterDisposeScope());
        return gradients;
    }
}
