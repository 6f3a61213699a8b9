using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Optimizers;

/// <summary>Updates parameters from their gradients by a rule, SGD or AdamW; owns what the rule remembers of every parameter.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly IUpdateRule _rule;
    private readonly (OptimizedParameter Of, Tensor[] State)[] _parameters;

    /// <summary>Starts with a state of zeros.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="rule">The rule.</param>
    public Optimizer(IEnumerable<OptimizedParameter> parameters, IUpdateRule rule)
    {
        _rule = rule;
        _parameters = [.. parameters.Select(item =>
            (item, rule.StateNames.Select(_ => zeros_like(item.Parameter, requires_grad: false)).ToArray()))];
    }

    /// <summary>The state of all parameters, under the names that checkpoints use.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _parameters.SelectMany(item =>
        _rule.StateNames.Zip(item.State, (name, tensor) => ($"{name}.{item.Of.Name}", tensor)));

    /// <summary>Updates every parameter and drops its gradient; to be called under no_grad.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the step, from 0, since the optimizer was created.</param>
    public void Step(double rate, long step)
    {
        UpdateSettings SettingsOf(OptimizedParameter item) => new(rate * item.RateFactor, item.WeightDecay, step);

        if (_parameters.All(item => ElementwisePass.Reaches(item.Of.Parameter)))
        {
            ElementwisePass.Run(
                _parameters.Select(item => (Tensor[])[item.Of.Parameter, .. item.State, item.Of.Parameter.grad!]),
                piece => _rule.Update(piece, SettingsOf(_parameters[piece.Number].Of)));
        }
        else
        {
            foreach ((OptimizedParameter item, Tensor[] state) in _parameters)
            {
                using Tensor gradient = item.Parameter.grad!;
                _rule.Update(item.Parameter, state, gradient, SettingsOf(item));
            }
        }
        foreach ((OptimizedParameter item, _) in _parameters)
            item.Parameter.grad = null;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _parameters.SelectMany(item => item.State))
            tensor.Dispose();
    }
}
