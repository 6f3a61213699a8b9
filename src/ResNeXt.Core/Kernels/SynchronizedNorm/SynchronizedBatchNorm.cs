using ResNeXt.Core.Kernels.FusedNorm;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.SynchronizedNorm;

/// <summary>
/// Batch normalization in training mode (arXiv 1502.03167, algorithm 1) with the mean and the variance of the batches of several processes together,
/// as if they were one batch.
/// </summary>
/// <remarks>
/// Forward, the processes exchange the moments of each channel; backward, the two sums that the gradient of mean and variance consists of. The
/// gradients of weight and bias are those of this process's batch alone, like all gradients of parameters.
/// </remarks>
internal sealed class SynchronizedBatchNorm : autograd.SingleTensorFunction<SynchronizedBatchNorm>
{
    public override string Name => nameof(SynchronizedBatchNorm);

    /// <summary>Computes the operation and updates the running statistics. The result belongs to the current dispose scope.</summary>
    /// <param name="normalization">The module, in training mode.</param>
    /// <param name="x">The input, N x C x H x W; remains the caller's.</param>
    /// <param name="exchange">The exchange with the other processes.</param>
    public static Tensor Compute(BatchNorm2d normalization, Tensor x, IStatisticsExchange exchange)
    {
        using DisposeScope scope = NewDisposeScope();
        return apply(x, normalization.weight, normalization.bias, normalization, exchange).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, normalization, exchange) = ((Tensor)vars[0], (BatchNorm2d)vars[3], (IStatisticsExchange)vars[4]);
        using DisposeScope scope = NewDisposeScope();
        Tensor values = x.to(ScalarType.Float32), mean = values.mean([0, 2, 3]);
        Tensor centered = values - PerChannel(mean), squares = (centered * centered).sum([0, 2, 3]);
        var moments = ChannelMoments.Of(exchange.Exchange(ChannelMoments.Message(x.numel() / x.size(1), Doubles(mean), Doubles(squares))));
        double[] variance = [.. moments.Squares.Select(sum => sum / moments.Pixels)];
        new BatchStatistics(moments.Mean, variance, checked((int)moments.Pixels)).UpdateRunning(normalization);
        double[] inverseStd = [.. variance.Select(value => 1 / Math.Sqrt(value + normalization.eps))];
        double[] weight = Doubles(normalization.weight!), bias = Doubles(normalization.bias!);
        double[] scale = [.. inverseStd.Zip(weight, (inverse, factor) => factor * inverse)];
        Tensor y = values.sub(PerChannel(moments.Mean)).mul_(PerChannel(scale)).Increase(PerChannel(bias));
        ctx.save_data(nameof(Saved), new Saved(exchange, moments, inverseStd, scale));
        ctx.save_for_backward([x]);
        return y.to(x.dtype).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = Backward(saved[0], (Saved)ctx.get_data(nameof(Saved)), grad_output);
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        ctx.Dispose();
        return ReturnedGradients.Keep(gradients);
    }

    // With M pixels in all batches: gradient scale - scale sums / M - (x - mean) scale products / (std^2 M).
    private static List<Tensor> Backward(Tensor x, Saved saved, Tensor outputGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        (double[] inverseStd, double[] scale, double pixels) = (saved.InverseStd, saved.Scale, saved.Moments.Pixels);
        Tensor gradient = outputGradient.to(ScalarType.Float32), centered = x.to(ScalarType.Float32) - PerChannel(saved.Moments.Mean);
        double[] sums = Doubles(gradient.sum([0, 2, 3])), products = Doubles((gradient * centered).sum([0, 2, 3]));
        double[] totals = new double[2 * sums.Length];
        foreach (double[] message in saved.Exchange.ExchangeWithoutThrowing([.. sums, .. products]))
        {
            for (int index = 0; index < totals.Length; index++)
                totals[index] += message[index];
        }
        double[] level = [.. scale.Select((factor, channel) => -factor * totals[channel] / pixels)];
        double[] slope = [.. scale.Select((factor, channel) =>
            -factor * inverseStd[channel] * inverseStd[channel] * totals[scale.Length + channel] / pixels)];
        Tensor inputGradient = (gradient * PerChannel(scale)).Increase(PerChannel(level)).Increase(centered.mul_(PerChannel(slope)));
        double[] weightGradient = [.. products.Zip(inverseStd, (product, inverse) => product * inverse)];
        List<Tensor> gradients = [inputGradient.to(x.dtype), Floats(weightGradient), Floats(sums), null!, null!];
        gradients.ForEach(item => item?.MoveToOuterDisposeScope());
        return gradients;
    }

    private static Tensor PerChannel(double[] values) => PerChannel(Floats(values));

    private static Tensor PerChannel(Tensor values) => values.view(1, -1, 1, 1);

    private static Tensor Floats(double[] values) => TensorMemory.Of([.. values.Select(value => (float)value)]);

    private static double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.data<float>().ToArray(), static value => (double)value);

    private sealed record Saved(IStatisticsExchange Exchange, ChannelMoments Moments, double[] InverseStd, double[] Scale);
}
