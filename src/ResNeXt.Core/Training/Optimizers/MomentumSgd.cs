using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, Nesterov's or the plain one, and an L2 penalty.</summary>
internal sealed class MomentumSgd : IOptimizer
{
    private readonly (TrainedParameter Of, Tensor Momentum)[] _parameters;
    private readonly double _momentum;
    private readonly bool _nesterov;

    public MomentumSgd(IEnumerable<TrainedParameter> parameters, double momentum, bool nesterov)
    {
        _parameters = [.. parameters.Select(item => (item, zeros_like(item.Parameter, requires_grad: false)))];
        _momentum = momentum;
        _nesterov = nesterov;
    }

    public IEnumerable<(string Name, Tensor Value)> Memory => _parameters.Select(item => ($"momentum.{item.Of.Name}", item.Momentum));

    public void Step(double rate, long step)
    {
        foreach (((_, TorchSharp.Modules.Parameter parameter, double rateFactor, double weightDecay), Tensor momentum) in _parameters)
        {
            using Tensor gradient = parameter.grad!;
            if (weightDecay > 0)
                gradient.add_(parameter, alpha: weightDecay);
            momentum.mul_(_momentum).add_(gradient);
            if (_nesterov)
                gradient.add_(momentum, alpha: _momentum);
            parameter.add_(_nesterov ? gradient : momentum, alpha: -rate * rateFactor);
            parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor momentum) in _parameters)
            momentum.Dispose();
    }
}
