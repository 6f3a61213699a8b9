using Microsoft.ML;
using ResNeXt.MLNet.Experiments.Evaluation;
using ResNeXt.MLNet.Experiments.Timing;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Trains networks and other ML.NET pipelines within a time limit, and ranks them.</summary>
/// <remarks>
/// To create an experiment, use <see cref="ImageExperimentCatalog.CreateImageExperiment(MulticlassClassificationCatalog, ImageExperimentOptions?)"/>.
/// Pipelines that were added are fitted once each. Networks are trained in rounds (successive halving): first all of them for a few epochs, with
/// several settings each, then the best third from the beginning for three times as many epochs, and so on. A candidate that fails appears in the
/// ranking with its exception. The MLContext's log tells which candidate is trained, and warns of one that takes longer than its share of the time.
/// An experiment can be executed more than once.
/// </remarks>
/// <example>
/// <code language="csharp">
/// using ImageExperimentResult result = mlContext.MulticlassClassification.CreateImageExperiment(maxExperimentTimeInSeconds: 600)
///     .Execute(trainData, validationData);
/// Console.WriteLine(result.ToTable());
/// </code>
/// </example>
public sealed class ImageExperiment
{
    private readonly MulticlassClassificationCatalog _catalog;
    private readonly ImageExperimentOptions _options;
    private readonly MLServices _services;
    private readonly List<(string Name, IEstimator<ITransformer> Estimator)> _estimators = [];

    internal ImageExperiment(MulticlassClassificationCatalog catalog, ImageExperimentOptions options)
    {
        options.Validate();
        (_catalog, _options, _services) = (catalog, options, MLServices.Of(catalog.Trainers));
    }

    /// <summary>
    /// Adds a candidate: any pipeline that makes the columns <c>Score</c> and <c>PredictedLabel</c> from the columns of the training set.
    /// </summary>
    /// <remarks>
    /// It is fitted once and cannot be interrupted, neither by the time limit nor by cancellation. Most of ML.NET's trainers read their data in many
    /// passes; put <c>AppendCacheCheckpoint</c> before the trainer, or each pass decodes all images again.
    /// </remarks>
    /// <param name="name">The name of the candidate in the ranking.</param>
    /// <param name="estimator">The pipeline.</param>
    /// <returns>This experiment.</returns>
    /// <exception cref="ArgumentException">The name is empty, or another candidate has it.</exception>
    public ImageExperiment Add(string name, IEstimator<ITransformer> estimator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(estimator);
        if (_estimators.Any(added => added.Name == name) || _options.Architectures.Contains(name))
            throw new ArgumentException($"There is a candidate '{name}' already; give this one another name.");
        _estimators.Add((name, estimator));
        return this;
    }

    /// <summary>Trains the candidates on one set, and ranks them by their metrics on another.</summary>
    /// <param name="trainData">The training set; its label is a key column.</param>
    /// <param name="validationData">The validation set, with the same columns.</param>
    /// <param name="progressHandler">The listener that gets a run after each training, without its model; null for none.</param>
    /// <returns>The ranking; the caller disposes of it, which disposes of the best model.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no candidate; a set has no labeled row; or the label is missing, not a key, or has other classes in one of the sets.
    /// </exception>
    public ImageExperimentResult Execute(IDataView trainData, IDataView validationData, IProgress<ImageExperimentRun>? progressHandler = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(validationData);
        return Execute(new HoldOutEvaluator(Columns, trainData, validationData), trainData, progressHandler);
    }

    /// <summary>Ranks the candidates by cross-validation: each is trained once per fold, on the other folds.</summary>
    /// <param name="trainData">The rows; their label is a key column.</param>
    /// <param name="numberOfFolds">The number of folds; at least 2.</param>
    /// <param name="progressHandler">The listener that gets a run after each training, without its model; null for none.</param>
    /// <returns>
    /// The ranking by the metrics over all rows; the caller disposes of it, which disposes of the best model, that of the best candidate's best fold.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no candidate, a fold would have no labeled row, or the label is missing or not a key.
    /// </exception>
    public ImageExperimentResult Execute(IDataView trainData, int numberOfFolds, IProgress<ImageExperimentRun>? progressHandler = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        var comparer = new MetricComparer(_options.OptimizingMetric);
        var evaluator = new CrossValidationEvaluator(_services, Columns, comparer, trainData, numberOfFolds, _options.Seed);
        return Execute(evaluator, trainData, progressHandler);
    }

    private EvaluationColumns Columns => new(_catalog, _options.Trainer.LabelColumnName, _options.Trainer.ScoreColumnName,
        _options.Trainer.PredictedLabelColumnName, _options.TopKPredictionCount);

    private ImageExperimentResult Execute(IEvaluator evaluator, IDataView trainData, IProgress<ImageExperimentRun>? progress)
    {
        Candidate[] candidates = [.. _estimators.Select(added => new Candidate(added.Name, added.Estimator)), .. Networks()];
        if (candidates.Length == 0)
            throw new InvalidOperationException("The experiment has no candidates; list Architectures in its options, or add estimators.");
        var log = new ExperimentLog(_services.Environment, _options);
        return new SuccessiveHalving(_options, evaluator, new EpochBudget(trainData.Schema), log, progress).Run(candidates);
    }

    private IEnumerable<Candidate> Networks()
    {
        var random = new Random(_options.Seed);
        foreach (string architecture in _options.Architectures)
        {
            ResNeXtTrainer.Options given = _options.Trainer with { Architecture = architecture, Seed = _options.Trainer.Seed ?? _options.Seed };
            for (int number = 1; number <= _options.ConfigurationsPerArchitecture; number++)
            {
                ResNeXtTrainer.Options options = number == 1 ? given : _options.EffectiveSearchSpace.Draw(given, random);
                string name = number == 1 ? architecture : $"{architecture} #{number}";
                yield return new Candidate(name, options, chosen => new ResNeXtTrainer(_services, chosen), _options.Time);
            }
        }
    }
}
