using System.Collections.Immutable;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Optimizers;
using ResNeXt.Core.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>
/// The steps of one phase: forward, loss and backward for one or several batches, then the update of the weights. Owns the optimizer's state and the
/// weight averages; the parts of the network that do not learn in the phase are frozen until it is disposed of.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly TrainingRecipe _recipe;
    private readonly TrainingPhase _phase;
    private readonly NativeMemoryRetention? _memory;
    private readonly ClassificationLoss _loss;
    private readonly Parameter[] _parameters;
    private readonly Optimizer _optimizer;

    // Without parameters, unless the recipe asks for Muon.
    private readonly MuonOptimizer _muon;
    private readonly WeightAverage? _average;

    /// <summary>Freezes what does not learn, and starts with an empty optimizer state.</summary>
    /// <param name="network">The network; owned by the caller.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="phase">The phase, which lists the parts that learn.</param>
    /// <param name="computation">The device of the network.</param>
    public TrainingStep(ResidualNetwork network, TrainingRecipe recipe, TrainingPhase phase, Computation computation)
    {
        (_network, _recipe, _phase, _memory) = (network, recipe, phase, computation.Memory);
        _loss = new(recipe, computation.Device);
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            parameter.requires_grad = phase.RateFactors.ContainsKey(PartOf(name));
            // An earlier training may have ended between two updates.
            parameter.grad = null;
        }
        OptimizedParameter[] optimized = [.. network.named_parameters().Where(item => item.parameter.requires_grad).Select(item =>
            new OptimizedParameter(item.name, item.parameter, phase.RateFactors[PartOf(item.name)], WeightDecayOf(item.parameter)))];
        _parameters = [.. optimized.Select(item => item.Parameter)];
        IReadOnlyDictionary<string, int> filters =
            recipe.Optimizer == OptimizerKind.Muon ? network.GroupsOfNormalizedConvolutions : ImmutableDictionary<string, int>.Empty;
        _muon = new(
            optimized.Where(item => filters.ContainsKey(item.Name)).Select(item => (WithMuonRate(item), filters[item.Name])),
            recipe.Momentum, recipe.Nesterov);
        _optimizer = new(optimized.Where(item => !filters.ContainsKey(item.Name)), recipe.Optimizer == OptimizerKind.AdamW
            ? new AdamWRule(recipe.Momentum)
            : new SgdRule(recipe.Momentum, recipe.Nesterov));
        _average = recipe.EmaDecay is { } decay ? new(network, phase.RateFactors.Keys, decay) : null;
    }

    /// <summary>The parameters that learn, from the stem to the head.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>
    /// Puts the parts that learn into training mode; frozen parts, and all parts if the recipe says so, keep their batch-norm statistics.
    /// </summary>
    public void SetTrainingMode()
    {
        _network.eval();
        foreach ((string name, nn.Module module) in _network.named_children())
        {
            if (_phase.RateFactors.ContainsKey(name))
                module.train();
        }
        if (_recipe.FineTuning is not { FreezeNormalization: true })
            return;
        foreach (nn.Module normalization in _network.modules().Where(module => module is BatchNorm2d))
            normalization.eval();
    }

    /// <summary>
    /// Forward, loss and backward: adds the gradients of a batch to those already there. A loss that is not finite adds nothing, unless other
    /// processes wait for the statistics of this backward pass.
    /// </summary>
    /// <param name="batch">The batch; owned by the caller.</param>
    /// <param name="batchesInStep">The number of batches whose gradients are averaged into one update.</param>
    public BatchResult AddGradients(Batch batch, int batchesInStep)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = Forward(batch.Images);
        Tensor loss = _loss.Of(logits, batch);
        float mean = loss.item<float>();
        if (float.IsFinite(mean) || _network.Statistics is not null)
        {
            _memory?.Settle();
            (batchesInStep == 1 ? loss : loss.DividedBy(batchesInStep)).backward();
        }
        return BatchResult.Of(mean, logits, batch.Labels);
    }

    /// <summary>Updates the weights from the gradients, their averages too, and drops the gradients.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the step, from 0, since the phase began.</param>
    public void UpdateWeights(double rate, long step)
    {
        using (no_grad())
        {
            if (_recipe.MaxGradientNorm is { } norm)
                nn.utils.clip_grad_norm_(_parameters, norm);
            _optimizer.Step(rate, step);
            _muon.Step(rate);
            _average?.Add(step);
        }
    }

    /// <summary>Scores a batch without training: cross-entropy without label smoothing or class weights.</summary>
    /// <param name="batch">The batch; owned by the caller.</param>
    public BatchResult Evaluate(Batch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using (inference_mode())
        {
            Tensor logits = Forward(batch.Images);
            return BatchResult.Of(nn.functional.cross_entropy(logits, batch.Labels).item<float>(), logits, batch.Labels);
        }
    }

    /// <summary>Runs an action while the network has the weights to keep: the averages, if the recipe averages.</summary>
    /// <param name="action">The action.</param>
    public T WithAveragedWeights<T>(Func<T> action)
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

    /// <summary>Copies the optimizer's state and the weight averages, for a checkpoint.</summary>
    public StateDict SaveState() => new(State().Select(item =>
        KeyValuePair.Create(item.Name, new WeightTensor([.. item.Value.shape.Select(size => (int)size)], item.Value.ToFloats()))));

    /// <summary>The names and shapes of the tensors that <see cref="SaveState"/> gives.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> StateShapes() =>
        [.. State().Select(item => KeyValuePair.Create<string, IReadOnlyList<int>>(item.Name, [.. item.Value.shape.Select(size => (int)size)]))];

    /// <summary>Restores what <see cref="SaveState"/> gave.</summary>
    /// <param name="saved">Tensors with the names and shapes of <see cref="StateShapes"/>.</param>
    public void RestoreState(StateDict saved)
    {
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in State())
            {
                using Tensor value = saved.Tensors[name].Values.ToTensor(tensor.shape);
                tensor.copy_(value);
            }
        }
    }

    /// <summary>Frees the state and unfreezes the whole network.</summary>
    public void Dispose()
    {
        _loss.Dispose();
        _optimizer.Dispose();
        _muon.Dispose();
        _average?.Dispose();
        foreach (Parameter parameter in _network.parameters())
            parameter.requires_grad = true;
    }

    // In a phase with cached features, these take the place of the images.
    private Tensor Forward(Tensor images) => _phase.OnFeatures ? _network.Classify(images.flatten(1)) : _network.call(images);

    private IEnumerable<(string Name, Tensor Value)> State() => [.. _optimizer.State, .. _muon.State, .. _average?.State ?? []];

    // The schedule's rate is that of the other parameters.
    private OptimizedParameter WithMuonRate(OptimizedParameter item) =>
        item with { RateFactor = item.RateFactor * (_recipe.MuonLearningRate ?? MuonOptimizer.DefaultRate) / _recipe.LearningRate };

    // Norms and biases have one dimension.
    private double WeightDecayOf(Parameter parameter) => _recipe.DecayNormAndBias || parameter.dim() > 1 ? _recipe.WeightDecay : 0;

    // The part of the network that a parameter belongs to is the first part of its name.
    private static string PartOf(string parameter) => parameter[..parameter.IndexOf('.', StringComparison.Ordinal)];
}
