using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>Checks that a checkpoint has everything that a training needs to resume from it.</summary>
/// <param name="network">The network.</param>
/// <param name="recipe">The recipe.</param>
/// <param name="batchesPerEpoch">The largest number of batches in an epoch.</param>
internal sealed class CheckpointCheck(ResidualNetwork network, TrainingRecipe recipe, int batchesPerEpoch)
{
    /// <summary>Finds what is wrong with a checkpoint for this network and recipe.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <returns>The error as a sentence, or null.</returns>
    public string? FindError(Checkpoint checkpoint) =>
        FindError(checkpoint.Progress)
        ?? FindError("weights", checkpoint.Weights)
        ?? (checkpoint.Best is null ? null : FindError("best weights", checkpoint.Best))
        ?? FindErrorInStart(checkpoint)
        ?? FindErrorInOptimizerState(checkpoint);

    /// <summary>Finds what is wrong with a checkpoint, whatever the network and the recipe.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <returns>The error as a sentence, or null.</returns>
    public static string? FindErrorOfAny(Checkpoint checkpoint)
    {
        (IReadOnlyList<EpochReport>? reports, IReadOnlyList<string>? warnings, int batches, ClassificationMeter? meter) = checkpoint.Progress;
        if (reports is null || reports.Contains(null) || warnings is null || warnings.Contains(null) || meter is null)
            return "its description of the training lacks a part.";
        if (batches < 0 || meter.Right < 0 || meter.Images < meter.Right || !double.IsFinite(meter.LossSum))
            return $"its description of the training is impossible: {batches} batches, {meter.Right} of {meter.Images} images right.";
        for (int i = 0; i < reports.Count; i++)
        {
            EpochReport report = reports[i];
            if (report.Epoch != i + 1
                || !AreFinite(report.TrainLoss, report.TrainAccuracy, report.ValidationLoss, report.ValidationAccuracy, report.LearningRate))
                return $"its report of epoch {i + 1} is of epoch {report.Epoch}, or has a figure that is not finite.";
        }
        if (reports.Any(report => report.IsBest) != checkpoint.Best is not null)
            return "its best weights are missing, or belong to no epoch.";
        string? error = new[] { checkpoint.Weights, checkpoint.Best, checkpoint.Start }.OfType<StateDict>().Select(WeightValues.FindMistake)
            .FirstOrDefault(mistake => mistake is not null);
        return error is null ? null : $"it {error}";
    }

    private static bool AreFinite(params double?[] figures) => figures.All(figure => figure is not { } value || double.IsFinite(value));

    private string? FindError(TrainingProgress progress) => progress.Reports.Count > recipe.MaxEpochs || progress.Batches > batchesPerEpoch
        ? $"it has {progress.Reports.Count} epochs and {progress.Batches} batches of the next; "
            + $"the training has {recipe.MaxEpochs} epochs of {batchesPerEpoch}."
        : null;

    private string? FindError(string what, StateDict weights) => FindError(what, weights,
        [.. network.Architecture.Tensors(network.Classes).Select(spec => KeyValuePair.Create(spec.Name, spec.Shape))]);

    private string? FindErrorInStart(Checkpoint checkpoint)
    {
        if (checkpoint.Start is { } start)
            return FindError("weights at the end of the frozen epochs", start);
        // They are taken when the frozen epochs are over and the next one begins.
        return recipe.FineTuning is { Interpolation: not null } plan
            && checkpoint.Progress.Reports.Count + Math.Min(checkpoint.Progress.Batches, 1) > plan.FrozenOf(recipe.MaxEpochs)
            ? "its weights at the end of the frozen epochs are missing."
            : null;
    }

    private string? FindErrorInOptimizerState(Checkpoint checkpoint)
    {
        int epoch = checkpoint.Progress.Reports.Count + 1;
        TrainingPhase? phase = TrainingPhase.Of(recipe, network.Parts).FirstOrDefault(phase => phase.End >= epoch);
        if (phase is null || !checkpoint.IsWithin(phase))
            return null;
        using var step = new TrainingStep(network, recipe, phase, Computation.OnCpu);
        return FindError("optimizer's memory", checkpoint.OptimizerState, step.StateShapes());
    }

    private static string? FindError(string what, StateDict found, IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> needed)
    {
        foreach ((string name, IReadOnlyList<int> shape) in needed)
        {
            if (!found.Tensors.TryGetValue(name, out WeightTensor? tensor) || !tensor.Shape.SequenceEqual(shape))
                return $"its {what} lack the tensor {Quoted.Name(name)} of the shape {TensorShape.Text(shape)}.";
        }
        return found.Tensors.Count == needed.Count ? null : $"its {what} have {found.Tensors.Count} tensors; {needed.Count} are needed.";
    }
}
