using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>Everything that a training carries from one step to the next; order, augmentation and rates are functions of the seed and the step.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Weights">The network's weights.</param>
/// <param name="Memory">What optimizer and average remember.</param>
/// <param name="Best">The weights to end with, so far; null before the first epoch ends.</param>
internal sealed record Checkpoint(TrainingProgress Progress, StateDict Weights, StateDict Memory, StateDict? Best)
{
    /// <summary>Whether the phase has begun, so that the memory is its own; at the end of a phase the next one starts with an empty memory.</summary>
    public bool IsWithin(TrainingPhase phase) => Progress.Reports.Count + 1 > phase.FirstEpoch || Progress.Batches > 0;
}

/// <summary>How far a training is.</summary>
/// <param name="Reports">The epochs that have ended.</param>
/// <param name="Warnings">What the user was told.</param>
/// <param name="Batches">The batches of the epoch after them that were trained with.</param>
/// <param name="Meter">Loss and right answers of those batches.</param>
internal sealed record TrainingProgress(IReadOnlyList<EpochReport> Reports, IReadOnlyList<string> Warnings, int Batches, ClassificationMeter Meter);
