using System.Runtime.InteropServices;
using ResNeXt.Core.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// The running mean and variance of the batch-normalization layers that learn. Each process measures those of its own batches; together they become
/// what a single process would have after all these batches, one after another in the order of ranks.
/// </summary>
/// <remarks>
/// A layer moves its running statistics towards those of a batch: (1 - momentum) running + momentum measured. Starting from 0, what is left is the
/// measured part alone, so that it can be applied to the statistics from before the step, for each process in turn.
/// </remarks>
internal sealed class RunningStatistics
{
    private readonly BatchNorm2d[] _layers;
    private readonly float[] _before;

    /// <summary>Finds the layers.</summary>
    /// <param name="network">The network, with the parts that learn in training mode.</param>
    public RunningStatistics(ResidualNetwork network)
    {
        _layers = [.. network.modules().OfType<BatchNorm2d>()
            .Where(layer => layer is { training: true, running_mean: not null, running_var: not null, momentum: not null })];
        _before = new float[_layers.Sum(layer => 2 * layer.running_mean!.numel())];
    }

    /// <summary>The number of bytes of the statistics.</summary>
    public int Length => _before.Length * sizeof(float);

    /// <summary>Remembers the statistics, and sets them to 0 for the batches of a step.</summary>
    public void BeginStep()
    {
        int start = 0;
        foreach ((Tensor tensor, _) in Tensors())
        {
            Span<float> values = Values(tensor);
            values.CopyTo(_before.AsSpan(start));
            values.Clear();
            start += values.Length;
        }
    }

    /// <summary>Copies what this process has measured in the step.</summary>
    /// <param name="target">The memory for it.</param>
    public void CopyTo(Span<byte> target)
    {
        foreach ((Tensor tensor, _) in Tensors())
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(Values(tensor));
            bytes.CopyTo(target);
            target = target[bytes.Length..];
        }
    }

    /// <summary>Ends the step with the statistics of all processes.</summary>
    /// <param name="measured">What each process has measured, as <see cref="CopyTo"/> gave it, in the order of ranks.</param>
    /// <param name="batches">The number of batches of each process in the step.</param>
    public void EndStep(IReadOnlyList<ReadOnlyMemory<byte>> measured, IReadOnlyList<int> batches)
    {
        int start = 0;
        foreach ((Tensor tensor, double momentum) in Tensors())
        {
            Span<float> values = Values(tensor);
            _before.AsSpan(start, values.Length).CopyTo(values);
            for (int rank = 0; rank < measured.Count; rank++)
            {
                double kept = Math.Pow(1 - momentum, batches[rank]);
                ReadOnlySpan<float> added = MemoryMarshal.Cast<byte, float>(measured[rank].Span).Slice(start, values.Length);
                for (int channel = 0; channel < values.Length && batches[rank] > 0; channel++)
                    values[channel] = (float)(kept * values[channel] + added[channel]);
            }
            start += values.Length;
        }
    }

    private IEnumerable<(Tensor Tensor, double Momentum)> Tensors() => _layers.SelectMany(layer =>
        new[] { (layer.running_mean!, layer.momentum!.Value), (layer.running_var!, layer.momentum.Value) });

    private static unsafe Span<float> Values(Tensor tensor) => new((float*)TensorMemory.Address(tensor), (int)tensor.numel());
}
