using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>Stochastic gradient descent with momentum and L2 penalty; owns its momentum buffers.</summary>
internal sealed class MomentumSgd : IDisposable
{
    private readonly (string Name, Parameter Parameter, Tensor Momentum)[] _parameters;
    private readonly double _momentum;
    private readonly double _weightDecay;

    public MomentumSgd(ResidualNetwork network, double momentum, double weightDecay)
    {
        _parameters = [.. network.named_parameters().Select(item => (item.name, item.parameter, zeros_like(item.parameter, requires_grad: false)))];
        _momentum = momentum;
        _weightDecay = weightDecay;
    }

    /// <summary>The momentum buffers by their parameters' names.</summary>
    public IEnumerable<(string Name, Tensor Momentum)> Buffers => _parameters.Select(item => (item.Name, item.Momentum));

    /// <summary>Forgets the gradients; before every backward pass.</summary>
    public void ZeroGradients()
    {
        foreach ((_, Parameter parameter, _) in _parameters)
            parameter.grad = null;
    }

    /// <summary>Moves every parameter against its gradient.</summary>
    public void Step(double rate)
    {
        using (no_grad())
        {
            foreach ((_, Parameter parameter, Tensor momentum) in _parameters)
            {
                using Tensor gradient = parameter.grad!;
                gradient.add_(parameter, alpha: _weightDecay);
                momentum.mul_(_momentum).add_(gradient);
                parameter.add_(momentum, alpha: -rate);
            }
        }
    }

    public void Dispose()
    {
        foreach ((_, _, Tensor momentum) in _parameters)
            momentum.Dispose();
    }
}
