using System.Diagnostics;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Core.Plan;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Profiling;

/// <summary>Runs one layer of a network alone, forward and backward, on channels-last tensors of the size that it has there.</summary>
/// <param name="batchSize">Images.</param>
/// <param name="type">What activations and convolutions are computed in.</param>
internal sealed class LayerClock(int batchSize, ScalarType type)
{
    private const int Times = 5;

    private readonly Dictionary<string, double> _known = [];

    /// <summary>The milliseconds of the middle one of some runs; layers that are alike are run once.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="size">The side of its input.</param>
    public double Measure(LayerSpec layer, int size)
    {
        string like = $"{layer.Kind} {layer.InputChannels} {layer.OutputChannels} {layer.Kernel} {layer.Stride} {layer.Groups} {size}";
        if (!_known.TryGetValue(like, out double milliseconds))
            _known[like] = milliseconds = Run(layer, size);
        return milliseconds;
    }

    private double Run(LayerSpec layer, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isFlat = layer.Kind == LayerKind.Linear;
        // The first layer's input needs no gradient.
        Tensor input = (isFlat ? rand(batchSize, layer.InputChannels) : rand(batchSize, size, size, layer.InputChannels).permute(0, 3, 1, 2))
            .to(type).requires_grad_(layer.InputChannels > 3);
        Func<Tensor, Tensor> forward = Forward(layer);
        Tensor gradient;
        using (no_grad())
            gradient = ones_like(forward(input));
        var milliseconds = new double[Times];
        for (int i = -1; i < Times; i++)
        {
            using DisposeScope step = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            forward(input).backward([gradient]);
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Spread.Of(milliseconds).Median;
    }

    private Func<Tensor, Tensor> Forward(LayerSpec layer)
    {
        Tensor Parameter(params long[] shape) => rand(shape).requires_grad_();
        switch (layer.Kind)
        {
            case LayerKind.Convolution:
                using (no_grad())
                {
                    Tensor weight = rand(layer.OutputChannels, layer.Kernel, layer.Kernel, layer.InputChannels / layer.Groups).permute(0, 3, 1, 2).to(type).requires_grad_();
                    return x => nn.functional.conv2d(x, weight, strides: [layer.Stride, layer.Stride], padding: [layer.Padding, layer.Padding], groups: layer.Groups);
                }
            case LayerKind.BatchNormalization:
                Tensor mean = zeros(layer.OutputChannels), variance = ones(layer.OutputChannels), scale = Parameter(layer.OutputChannels), shift = Parameter(layer.OutputChannels);
                return x => nn.functional.batch_norm(x, mean, variance, scale, shift, training: true);
            case LayerKind.Linear:
                Tensor matrix = Parameter(layer.OutputChannels, layer.InputChannels);
                return x => nn.functional.linear(x.to(ScalarType.Float32), matrix);
            case LayerKind.MaxPooling:
                return x => nn.functional.max_pool2d(x, layer.Kernel, layer.Stride, layer.Padding);
            case LayerKind.GlobalAveragePooling:
                return x => x.mean([2, 3]);
            case LayerKind.Addition:
                return x => x + x;
            case LayerKind.ZeroPadding:
                return x => nn.functional.pad(x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)], [0, 0, 0, 0, layer.InputChannels / 2, layer.InputChannels / 2]);
            default:
                return x => nn.functional.relu(x);
        }
    }
}
