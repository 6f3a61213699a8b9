using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>An exponential moving average of weights and batch-norm statistics; owns the averages.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Tensor Live, Tensor Average)[] _tensors;
    private readonly double _decay;

    /// <summary>Starts from the weights as they are.</summary>
    /// <param name="network">Their network.</param>
    /// <param name="parts">The modules that learn. An average of what is frozen would drift away from it by rounding.</param>
    /// <param name="decay">What an average keeps of itself in a step.</param>
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

    /// <summary>The averages by their tensors' names: part of a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> Memory => _tensors.Select(item => ($"average.{item.Name}", item.Average));

    /// <summary>Takes in the weights after a step. Under no_grad.</summary>
    /// <param name="step">The step, from 0, since it was made; in the first steps the average follows faster.</param>
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
            average.mul_(decay).add_(live, alpha: 1 - decay);
    }

    /// <summary>Exchanges the averages and the network's own weights; twice is as before, bit for bit.</summary>
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
