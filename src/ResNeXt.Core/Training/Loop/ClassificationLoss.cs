using ResNeXt.Core.Kernels;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>The training loss: cross-entropy with the recipe's label smoothing and class weights; owns the tensor of the class weights.</summary>
internal sealed class ClassificationLoss : IDisposable
{
    private readonly double _smoothing;
    private readonly Tensor? _weights;

    /// <summary>Creates the loss of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="device">The device of the logits.</param>
    public ClassificationLoss(TrainingRecipe recipe, Device device)
    {
        _smoothing = recipe.LabelSmoothing;
        _weights = recipe.ClassWeights is { } weights ? tensor(weights.ToArray(), device: device) : null;
    }

    /// <summary>The mean loss of the images of a batch, with the natural logarithm.</summary>
    /// <param name="logits">The logits, N x classes.</param>
    /// <param name="batch">The batch, for its labels.</param>
    public Tensor Of(Tensor logits, Batch batch) => HasNoWeight(batch)
        ? logits.sum().Times(0)
        : nn.functional.cross_entropy(logits, batch.Targets ?? batch.Labels, _weights, label_smoothing: _smoothing);

    // If all classes of the batch have the weight 0, the weighted mean is 0 / 0. Such images teach nothing: a loss of 0, with gradients of 0.
    private bool HasNoWeight(Batch batch) => _weights is not null && batch.Targets is null && _weights[batch.Labels].sum().item<float>() == 0;

    public void Dispose() => _weights?.Dispose();
}
