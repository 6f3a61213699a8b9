using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Cross-entropy with the recipe's smoothing and class weights; owns the weights.</summary>
internal sealed class ClassificationLoss : IDisposable
{
    private readonly double _smoothing;
    private readonly Tensor? _weights;

    /// <summary>Takes what it needs of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="device">Where the logits are.</param>
    public ClassificationLoss(TrainingRecipe recipe, Device device)
    {
        _smoothing = recipe.LabelSmoothing;
        _weights = recipe.ClassWeights is { } weights ? tensor(weights.ToArray(), device: device) : null;
    }

    /// <summary>The mean loss of a batch's images, natural logarithm.</summary>
    /// <param name="logits">N x classes.</param>
    /// <param name="batch">The labels.</param>
    public Tensor Of(Tensor logits, Batch batch) => IsWithoutWeight(batch)
        ? logits.sum() * 0
        : nn.functional.cross_entropy(logits, batch.Parts ?? batch.Labels, _weights, label_smoothing: _smoothing);

    // The mean over images whose classes all have the weight 0 is 0 / 0. They teach nothing.
    private bool IsWithoutWeight(Batch batch) => _weights is not null && batch.Parts is null && _weights[batch.Labels].sum().item<float>() == 0;

    public void Dispose() => _weights?.Dispose();
}
