using ResNeXt.Core.Kernels;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>
/// Restores the statistics of batch normalization that was folded into the convolutions of an imported network. Without them, the first training step
/// would scale every channel to variance 1, and what the network has learned would be lost.
/// </summary>
internal static class FoldedNormalization
{
    // The estimates of mean and variance hardly change with more images.
    private const int MostImages = 256;

    /// <summary>Whether all normalization layers of a network change nothing, as in an imported network.</summary>
    public static bool IsIn(ResidualNetwork network)
    {
        BatchNorm2d[] layers = [.. Layers(network)];
        return layers.Length > 0 && layers.All(layer => IsFilled(layer.running_var!, ChannelNormalization.FoldedVariance)
            && IsFilled(layer.weight, 1) && IsFilled(layer.running_mean!, 0));
    }

    /// <summary>
    /// <see cref="Measure">Measures</see> the normalization of a network before it learns from images, if it is folded. A phase that learns from features
    /// leaves it alone.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data of the phase that begins.</param>
    /// <param name="epoch">The epoch whose first images are taken, from 1.</param>
    public static void Restore(ResidualNetwork network, PhaseData data, int epoch)
    {
        if (!data.Phase.OnFeatures && IsIn(network))
            Measure(network, data.TrainingEpoch(epoch));
    }

    /// <summary>
    /// Measures the mean and the variance of every normalization layer's input, and sets scale and shift so that the network computes the same as
    /// before.
    /// </summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="batches">Training images; a few hundred of them are taken.</param>
    public static void Measure(ResidualNetwork network, IEnumerable<Batch> batches)
    {
        network.eval();
        (BatchNorm2d Layer, ChannelStatistics Statistics)[] measured = [.. Layers(network).Select(layer => (layer, new ChannelStatistics()))];
        var hooks = measured.Select(item => item.Layer.register_forward_pre_hook((_, input) =>
        {
            item.Statistics.Add(input);
            return input;
        })).ToList();
        try
        {
            long images = 0;
            foreach (Batch batch in batches)
            {
                using (batch)
                using (NewDisposeScope())
                using (inference_mode())
                {
                    network.ForwardFeatures(batch.Images);
                    images += batch.Images.size(0);
                }
                if (images >= MostImages)
                    break;
            }
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
        }
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach ((BatchNorm2d layer, ChannelStatistics statistics) in measured)
                Apply(layer, statistics);
        }
    }

    // The layer computed x + shift; (x - mean) / deviation * deviation + (shift + mean) is the same.
    private static void Apply(BatchNorm2d layer, ChannelStatistics statistics)
    {
        using Tensor mean = tensor(statistics.Mean, device: layer.weight!.device), variance = tensor(statistics.Variance, device: layer.weight.device);
        layer.running_mean!.copy_(mean);
        layer.running_var!.copy_(variance);
        layer.weight.copy_(variance.Plus(ChannelNormalization.Epsilon).sqrt());
        layer.bias!.Increase(mean);
    }

    private static IEnumerable<BatchNorm2d> Layers(ResidualNetwork network) => network.modules().OfType<BatchNorm2d>();

    private static bool IsFilled(Tensor tensor, float value) => tensor.ToFloats().All(element => element == value);

    /// <summary>The mean and the variance of every channel over several batches.</summary>
    private sealed class ChannelStatistics
    {
        private double[] _sums = [], _squares = [];
        private long _images;

        public float[] Mean => [.. _sums.Select(sum => (float)(sum / _images))];

        public float[] Variance => [.. _sums.Zip(_squares, (sum, square) => (float)Math.Max(0, square / _images - sum / _images * (sum / _images)))];

        public void Add(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = input.to(ScalarType.Float32);
            float[] mean = values.mean([0, 2, 3]).ToFloats(), variance = values.var([0, 2, 3], unbiased: false).ToFloats();
            if (_images == 0)
                (_sums, _squares) = (new double[mean.Length], new double[mean.Length]);
            long images = input.size(0);
            for (int channel = 0; channel < mean.Length; channel++)
            {
                _sums[channel] += (double)mean[channel] * images;
                _squares[channel] += (variance[channel] + (double)mean[channel] * mean[channel]) * images;
            }
            _images += images;
        }
    }
}
