using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>What an experiment made of one candidate.</summary>
public sealed record ImageExperimentRun
{
    /// <summary>The candidate: an estimator's name, or an architecture's, with a number where several settings of it are tried.</summary>
    public required string TrainerName { get; init; }

    /// <summary>What its best model makes of the validation set, or in cross-validation of all rows, each scored by the model that has not seen it; null after a failure.</summary>
    public MulticlassClassificationMetrics? ValidationMetrics { get; init; }

    /// <summary>How long all its trainings and evaluations took together, in seconds.</summary>
    public double RuntimeInSeconds { get; init; }

    /// <summary>The epochs behind <see cref="ValidationMetrics"/>; null for estimators of the caller's.</summary>
    public int? Epochs { get; init; }

    /// <summary>The options to train the network again with, the epochs included; null for estimators of the caller's.</summary>
    public ResNeXtTrainer.Options? TrainerOptions { get; init; }

    /// <summary>The model, of the best run only: those of the others are disposed of. In cross-validation that of its best fold.</summary>
    public ITransformer? Model { get; init; }

    /// <summary>Why there are no metrics; null where there are.</summary>
    public Exception? Exception { get; init; }
}
