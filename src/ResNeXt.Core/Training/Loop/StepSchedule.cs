using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Maps the batches of a phase to the optimizer's steps, with gradient accumulation, and the steps to learning rates.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="phase">The phase.</param>
/// <param name="batchesPerEpoch">The number of batches in an epoch.</param>
internal sealed class StepSchedule(TrainingRecipe recipe, TrainingPhase phase, int batchesPerEpoch)
{
    private readonly long _stepsPerEpoch =
        ((long)batchesPerEpoch + recipe.GradientAccumulationSteps - 1) / recipe.GradientAccumulationSteps;

    /// <summary>The step of an epoch, from 0, that a batch belongs to.</summary>
    /// <param name="batch">The number of the batch in the epoch, from 0.</param>
    public int StepOfEpoch(int batch) => batch / recipe.GradientAccumulationSteps;

    /// <summary>The step since the phase began, from 0, that a batch belongs to.</summary>
    /// <param name="epoch">The number of the epoch, from 1.</param>
    /// <param name="batch">The number of the batch in the epoch, from 0.</param>
    public long StepOfPhase(int epoch, int batch) => (epoch - phase.FirstEpoch) * _stepsPerEpoch + StepOfEpoch(batch);

    /// <summary>The number of batches in the step that a batch belongs to; the last step of an epoch may have fewer than the others.</summary>
    /// <param name="batch">The number of the batch in the epoch, from 0.</param>
    public int BatchesInStep(int batch) =>
        Math.Min(recipe.GradientAccumulationSteps, batchesPerEpoch - StepOfEpoch(batch) * recipe.GradientAccumulationSteps);

    /// <summary>The learning rate of the step that a batch belongs to.</summary>
    /// <param name="epoch">The number of the epoch, from 1.</param>
    /// <param name="batch">The number of the batch in the epoch, from 0.</param>
    public double Rate(int epoch, int batch) => recipe.Schedule.Rate(
        (epoch - phase.ScheduleFirstEpoch) * _stepsPerEpoch + StepOfEpoch(batch), phase.ScheduleEpochs * _stepsPerEpoch, recipe.LearningRate);

    /// <summary>The learning rate of the last step of an epoch.</summary>
    /// <param name="epoch">The number of the epoch, from 1.</param>
    public double LastRate(int epoch) => Rate(epoch, batchesPerEpoch - 1);
}
