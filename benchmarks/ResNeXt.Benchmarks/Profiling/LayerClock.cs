using System.Diagnostics;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.Im2Col;
using ResNeXt.Core.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = ResNeXt.Core.Networks.Convolution;

namespace ResNeXt.Benchmarks.Profiling;

/// <summary>Runs one layer of a network alone, as the network computes it in training, forward and backward, on channels-last tensors of the size that it has there.</summary>
/// <param name="batchSize">Images.</param>
/// <param name="type">What activations and convolutions are computed in.</param>
internal sealed class LayerClock(int batchSize, ScalarType type)
{
    private const int Times = 5;

    private static readonly WindowGeometry StemPooling = new(Kernel: 3, Stride: 2, Padding: 1);

    private readonly Dictionary<string, double> _known = [];

    /// <summary>The milliseconds of the middle one of some runs; layers that are alike are run once.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="fusion">What is computed together with it.</param>
    /// <param name="size">The side of its input.</param>
    public double Measure(LayerSpec layer, Fusion fusion, int size)
    {
        string like = $"{layer.Kind} {fusion} {layer.InputChannels} {layer.OutputChannels} {layer.Kernel} {layer.Stride} {layer.Groups} {size}";
        if (!_known.TryGetValue(like, out double milliseconds))
            _known[like] = milliseconds = Run(layer, fusion, size);
        return milliseconds;
    }

    private double Run(LayerSpec layer, Fusion fusion, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isFlat = layer.Kind == LayerKind.Linear;
        // The first layer's input needs no gradient.
        Tensor input = (isFlat ? rand(batchSize, layer.InputChannels) : rand(batchSize, size, size, layer.InputChannels).permute(0, 3, 1, 2))
            .to(type).requires_grad_(layer.InputChannels > 3);
        using nn.Module<Tensor, Tensor>? module = Module(layer);
        Func<Tensor, Tensor> forward = module is null ? Function(layer) : Forward(module, fusion);
        Tensor[] learned = [input, .. module?.parameters() ?? []];
        Tensor gradient;
        using (no_grad())
            gradient = ones_like(forward(input));
        var milliseconds = new double[Times];
        for (int i = -1; i < Times; i++)
        {
            using DisposeScope step = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            forward(input).backward([gradient]);
            // Added to what is there otherwise.
            Array.ForEach(learned, tensor => tensor.grad = null);
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Spread.Of(milliseconds).Median;
    }

    private static Func<Tensor, Tensor> Forward(nn.Module<Tensor, Tensor> module, Fusion fusion) => fusion switch
    {
        Fusion.Relu => x => Normalized(x, module).Relu().Compute(),
        Fusion.ReluAndMaxPooling => x => Normalized(x, module).Relu().MaxPool(StemPooling),
        Fusion.AdditionAndRelu => x => Normalized(x, module).Add(x.detach().requires_grad_()).Relu().Compute(),
        _ when module is Linear => x => module.call(x.to(ScalarType.Float32)),
        _ => module.call,
    };

    // A view, because a pending normalization may dispose its input, and the input is used again.
    private static PendingTensor Normalized(Tensor x, nn.Module<Tensor, Tensor> normalization) =>
        new PendingTensor(x.alias()).Normalize(normalization, statistics: null);

    // What has weights.
    private static nn.Module<Tensor, Tensor>? Module(LayerSpec layer) => layer.Kind switch
    {
        LayerKind.Convolution => InChannelsLastOrder(new Convolution(layer)),
        LayerKind.BatchNormalization => nn.BatchNorm2d(layer.OutputChannels),
        LayerKind.Linear => nn.Linear(layer.InputChannels, layer.OutputChannels),
        _ => null,
    };

    private static Convolution InChannelsLastOrder(Convolution convolution)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (Parameter weight in convolution.parameters().Where(parameter => parameter.dim() == 4))
                weight.set_(ChannelsLast.Copy(rand_like(weight)));
        }
        return convolution;
    }

    private static Func<Tensor, Tensor> Function(LayerSpec layer) => layer.Kind switch
    {
        LayerKind.MaxPooling => x => nn.functional.max_pool2d(x, layer.Kernel, layer.Stride, layer.Padding),
        LayerKind.GlobalAveragePooling => x => x.mean([2, 3]),
        LayerKind.Addition => x => x + x,
        LayerKind.ZeroPadding => x => nn.functional.pad(
            x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)], [0, 0, 0, 0, layer.InputChannels / 2, layer.InputChannels / 2]),
        _ => x => nn.functional.relu(x),
    };
}
