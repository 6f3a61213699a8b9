using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Optimizers;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>The parts of a network that learn in one phase, with the optimizer and the average; the other parts are frozen.</summary>
internal sealed class Learner : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly TrainingPhase _phase;
    private readonly TrainingRecipe _recipe;
    private readonly Parameter[] _parameters;
    private readonly IOptimizer _optimizer;
    private readonly WeightAverage? _average;

    public Learner(ResidualNetwork network, TrainingRecipe recipe, TrainingPhase phase)
    {
        (_network, _recipe, _phase) = (network, recipe, phase);
        TrainedParameter[] trained = [.. network.named_parameters().Where(item => phase.RateFactors.ContainsKey(Module(item.name))).Select(item =>
            new TrainedParameter(item.name, item.parameter, phase.RateFactors[Module(item.name)], recipe.DecayNormAndBias || item.parameter.dim() > 1 ? recipe.WeightDecay : 0))];
        _parameters = [.. trained.Select(item => item.Parameter)];
        _optimizer = recipe.Optimizer == OptimizerKind.AdamW
            ? new Optimizers.AdamW(trained, recipe.Momentum)
            : new MomentumSgd(trained, recipe.Momentum, recipe.Nesterov);
        _average = recipe.EmaDecay is { } decay ? new(network, phase.RateFactors.Keys, decay) : null;
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            parameter.requires_grad = phase.RateFactors.ContainsKey(Module(name));
            // Of a training that ended between two steps.
            parameter.grad = null;
        }
    }

    /// <summary>Puts the learning parts into training mode; frozen ones keep their batch-norm statistics.</summary>
    public void StartEpoch()
    {
        _network.eval();
        foreach ((string name, nn.Module module) in _network.named_children())
        {
            if (_phase.RateFactors.ContainsKey(name))
                module.train();
        }
    }

    /// <summary>Moves the weights by the gradients that have gathered.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The step, from 0, since the phase began.</param>
    public void Step(double rate, long step)
    {
        using (no_grad())
        {
            if (_recipe.MaxGradientNorm is { } norm)
                nn.utils.clip_grad_norm_(_parameters, norm);
            _optimizer.Step(rate, step);
            _average?.Add(step);
        }
    }

    /// <summary>Does something with the weights that are to be kept: the averages, where there are any.</summary>
    public T WithKeptWeights<T>(Func<T> action)
    {
        _average?.Swap();
        try
        {
            return action();
        }
        finally
        {
            _average?.Swap();
        }
    }

    /// <summary>Copies what optimizer and average remember.</summary>
    public StateDict SaveMemory() => new(Memory().Select(item =>
        KeyValuePair.Create(item.Name, new WeightTensor([.. item.Value.shape.Select(size => (int)size)], item.Value.ToFloats()))));

    /// <summary>The names and shapes of what they remember.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> MemoryShapes() =>
        [.. Memory().Select(item => KeyValuePair.Create<string, IReadOnlyList<int>>(item.Name, [.. item.Value.shape.Select(size => (int)size)]))];

    /// <summary>Puts it back.</summary>
    /// <param name="memory">Tensors of the names and shapes of <see cref="MemoryShapes"/>.</param>
    public void RestoreMemory(StateDict memory)
    {
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in Memory())
            {
                using Tensor source = memory.Tensors[name].Values.ToTensor(tensor.shape);
                tensor.copy_(source);
            }
        }
    }

    /// <summary>Frees the memory and lets everything learn again.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        foreach (Parameter parameter in _network.parameters())
            parameter.requires_grad = true;
    }

    private IEnumerable<(string Name, Tensor Value)> Memory() => _optimizer.Memory.Concat(_average?.Memory ?? []);

    // The part of the network that a parameter belongs to. Batch-norm of the stem learns with its convolution.
    private static string Module(string parameter) => parameter[..parameter.IndexOf('.', StringComparison.Ordinal)];
}
