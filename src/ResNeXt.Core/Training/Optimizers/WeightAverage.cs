using System.Numerics.Tensors;
using ResNeXt.Core.Kernels;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>An exponential moving average of weights and batch-norm statistics; owns the averages.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Tensor Live, Tensor Average)[] _tensors;
    private readonly double _decay;

    /// <summary>Starts with the current weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parts">The modules that learn. Frozen ones are left out, because rounding would make their averages drift away from them.</param>
    /// <param name="decay">The part of an average that a step keeps; above 0, below 1.</param>
    public WeightAverage(ResidualNetwork network, IEnumerable<string> parts, double decay)
    {
        using (no_grad())
        {
            _tensors = [.. network.named_children().Where(child => parts.Contains(child.name))
                .SelectMany(child => child.module.state_dict().Select(item => (Name: $"{child.name}.{item.Key}", item.Value)))
                .Where(item => item.Value.is_floating_point())
                .Select(item => (item.Name, item.Value, Copy(item.Value)))];
        }
        _decay = decay;
    }

    /// <summary>The averages, under the names that checkpoints use.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _tensors.Select(item => ($"average.{item.Name}", item.Average));

    /// <summary>Adds the weights after a step to the average; to be called under no_grad.</summary>
    /// <param name="step">The number of the step, from 0, since the average was created; in the first steps the average follows faster.</param>
    public void Add(long step)
    {
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        if (_tensors.All(item => ElementwisePass.Reaches(item.Live)))
        {
            ElementwisePass.Run(_tensors.Select(item => new[] { item.Average, item.Live }), piece =>
            {
                TensorPrimitives.Multiply(piece[0], (float)decay, piece[0]);
                TensorPrimitives.FusedMultiplyAdd(piece[1], (float)(1 - decay), piece[0], piece[0]);
            });
            return;
        }
        foreach ((_, Tensor live, Tensor average) in _tensors)
            average.Scale(decay).Increase(live, 1 - decay);
    }

    /// <summary>Exchanges the averages and the network's own weights; a second call restores both, bit for bit.</summary>
    public void Swap()
    {
        using (no_grad())
        {
            foreach ((_, Tensor live, Tensor average) in _tensors)
            {
                using Tensor kept = Copy(live);
                live.copy_(average);
                average.copy_(kept);
            }
        }
    }

    public void Dispose()
    {
        foreach ((_, _, Tensor average) in _tensors)
            average.Dispose();
    }

    private static Tensor Copy(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        return detached.clone();
    }
}
