using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>
/// Everything that a training carries from one step to the next. Order, augmentation and learning rates are functions of the seed and the step.
/// </summary>
/// <param name="Progress">The progress of the training.</param>
/// <param name="Weights">The network's weights.</param>
/// <param name="OptimizerState">The state of the optimizer and the weight averages.</param>
/// <param name="Best">The best weights so far; null before the first epoch is completed.</param>
/// <param name="Start">The weights at the end of the frozen epochs, if the kept ones are interpolated from them; else null.</param>
internal sealed record Checkpoint(TrainingProgress Progress, StateDict Weights, StateDict OptimizerState, StateDict? Best, StateDict? Start)
{
    /// <summary>Whether a phase had begun, so that the optimizer's state belongs to it: every phase starts with an empty state.</summary>
    /// <param name="phase">The phase.</param>
    public bool IsWithin(TrainingPhase phase) => Progress.Reports.Count + 1 > phase.FirstEpoch || Progress.Batches > 0;
}

/// <summary>The progress of a training, as a checkpoint stores it in JSON.</summary>
/// <param name="Reports">The reports of the completed epochs.</param>
/// <param name="Warnings">The warnings so far.</param>
/// <param name="Batches">The number of batches of the current epoch that the network was trained with.</param>
/// <param name="Meter">Loss and accuracy of those batches.</param>
internal sealed record TrainingProgress(IReadOnlyList<EpochReport> Reports, IReadOnlyList<string> Warnings, int Batches, ClassificationMeter Meter);
