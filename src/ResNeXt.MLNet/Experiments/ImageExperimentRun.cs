using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The result of one candidate in an <see cref="ImageExperiment"/>.</summary>
public sealed record ImageExperimentRun
{
    /// <summary>The name of the candidate: the one it was added with, or the architecture's, with a number for settings that were drawn.</summary>
    public required string TrainerName { get; init; }

    /// <summary>
    /// The metrics of the candidate's best training on the validation set; in cross-validation over all rows, each scored by the model that was not
    /// trained on it. Null if there are none.
    /// </summary>
    public MulticlassClassificationMetrics? ValidationMetrics { get; init; }

    /// <summary>The seconds that all trainings and evaluations of the candidate took together.</summary>
    public double RuntimeInSeconds { get; init; }

    /// <summary>The epochs of the training with these metrics; null for pipelines that were added.</summary>
    public int? Epochs { get; init; }

    /// <summary>The options of the training with these metrics, to train the network again; null for pipelines that were added.</summary>
    public ResNeXtTrainer.Options? TrainerOptions { get; init; }

    /// <summary>The model; null for all runs but the best, whose models are disposed of. In cross-validation the model of the best fold.</summary>
    public ITransformer? Model { get; init; }

    /// <summary>The exception that ended the candidate; null if there are metrics.</summary>
    public Exception? Exception { get; init; }
}
