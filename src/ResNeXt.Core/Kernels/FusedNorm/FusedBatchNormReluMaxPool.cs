using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Kernels.Simd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.FusedNorm;

/// <summary>
/// Batch normalisation in training, a ReLU and max pooling (arXiv 1512.03385, table 1, what stands behind the first convolution). The largest maps of a network are neither
/// written nor kept normalised, and a place in a window takes a byte, where libtorch keeps eight. For what <see cref="FusedBatchNormRelu"/> is for.
/// </summary>
internal sealed unsafe class FusedBatchNormReluMaxPool : autograd.SingleTensorFunction<FusedBatchNormReluMaxPool>
{
    public override string Name => nameof(FusedBatchNormReluMaxPool);

    /// <summary>Whether it can compute that of an input.</summary>
    /// <param name="normalization">The module whose parameters and statistics are used.</param>
    /// <param name="x">N x C x H x W.</param>
    public static bool Suits(BatchNorm2d normalization, Tensor x) => FusedBatchNormRelu.Suits(normalization, x) && x.size(1) % ILanes.PairCount == 0;

    /// <summary>Computes it and goes on with the running statistics. The result, N x C x Ho x Wo, belongs to the current dispose scope.</summary>
    /// <param name="normalization">In training; its statistics learn.</param>
    /// <param name="x">N x C x H x W; stays the caller's.</param>
    /// <param name="windows">What is pooled; at most 15 x 15 pixels.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x, WindowGeometry windows)
    {
        using DisposeScope scope = NewDisposeScope();
        return apply(x, normalization.weight, normalization.bias, normalization, windows).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, normalization, windows) = ((Tensor)vars[0], (BatchNorm2d)vars[3], (WindowGeometry)vars[4]);
        return x.dtype == ScalarType.BFloat16 ? Forward<BFloat16Lanes>(ctx, x, normalization, windows) : Forward<Float32Lanes>(ctx, x, normalization, windows);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = saved[0].dtype == ScalarType.BFloat16
            ? Backward<BFloat16Lanes>(ctx, saved[0], saved[1], grad_output) : Backward<Float32Lanes>(ctx, saved[0], saved[1], grad_output);
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        ctx.Dispose();
        return ReturnedGradients.Keep(gradients);
    }

    private static Tensor Forward<T>(autograd.AutogradContext ctx, Tensor x, BatchNorm2d normalization, WindowGeometry windows) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var maps = new PooledMaps(MapShape.Of(x), windows);
        ChannelMatrix matrix = ChannelMatrix.Of<T>(maps.Shape), pooled = ChannelMatrix.Of<T>(maps.Pooled);
        MapMemory input = MapMemory.Of(matrix, x), output = MapMemory.New(pooled, x.dtype);
        BatchStatistics statistics = BatchStatistics.Of<T>(matrix, input);
        statistics.Remember(normalization);
        var normalizer = new Normalizer(matrix, statistics, normalization);
        Tensor places = empty((long)maps.Pooled.Pixels * maps.Pooled.Channels, ScalarType.Byte);
        var first = (byte*)TensorMemory.Address(places);
        KernelThreads.RunRange(maps.Pooled.Images * maps.Pooled.Height, (from, to) => PoolingPasses<T>.Apply(input[0], output[0], first, from, to, maps, normalizer));
        ctx.save_data(nameof(PooledMaps), maps);
        ctx.save_data(nameof(Normalizer), normalizer);
        ctx.save_for_backward([x, places.MoveToOuterDisposeScope()]);
        return output.Maps().MoveToOuterDisposeScope();
    }

    private static List<Tensor> Backward<T>(autograd.AutogradContext ctx, Tensor x, Tensor places, Tensor gradient) where T : struct, ILanes
    {
        using DisposeScope scope = NewDisposeScope();
        var maps = (PooledMaps)ctx.get_data(nameof(PooledMaps));
        var normalizer = (Normalizer)ctx.get_data(nameof(Normalizer));
        var matrix = ChannelMatrix.Of<T>(maps.Shape);
        MapMemory input = MapMemory.Of(matrix, x), arriving = MapMemory.Of(ChannelMatrix.Of<T>(maps.Pooled), gradient), inputGradient = input.Like();
        var first = (byte*)TensorMemory.Address(places);

        (double[] sums, double[] products) = matrix.Sum((from, to, piece) =>
            PoolingPasses<T>.AddGradients(input[from], arriving[0], first, from, to, matrix, maps, normalizer, piece));
        NormalizerGradient through = normalizer.Differentiate(sums, products);
        bool past = inputGradient.IsLarge;
        KernelThreads.RunRange(matrix.Rows, (from, to) => PoolingPasses<T>.Differentiate(
            input[from], arriving[0], first, inputGradient[from], from, to, matrix, maps, normalizer, through, past));
        List<Tensor> gradients = [inputGradient.Maps(), TensorMemory.Of(through.Weight), TensorMemory.Of(through.Bias), null!, null!];
        gradients.ForEach(item => item?.MoveToOuterDisposeScope());
        return gradients;
    }
}
