using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Trains and ranks image classifiers; made by <c>mlContext.MulticlassClassification.CreateImageExperiment(...)</c>.</summary>
/// <remarks>
/// The caller's estimators are fitted once each, the networks in rounds (successive halving): all their settings for a few epochs, then the better
/// third anew for three times as many, and so on. A candidate that fails is a run with its exception. An experiment can be executed more than once.
/// The MLContext's log tells which candidate starts, and warns of one that takes longer than its share of the time.
/// </remarks>
public sealed class ImageExperiment
{
    private readonly MulticlassClassificationCatalog _catalog;
    private readonly ImageExperimentOptions _settings;
    private readonly List<(string Name, IEstimator<ITransformer> Estimator)> _estimators = [];

    internal ImageExperiment(MulticlassClassificationCatalog catalog, ImageExperimentOptions settings)
    {
        settings.Validate();
        (_catalog, _settings) = (catalog, settings);
    }

    /// <summary>Adds a candidate of the caller's: any pipeline that makes the columns <c>Score</c> and <c>PredictedLabel</c> from those of the training set.</summary>
    /// <remarks>
    /// It is fitted once and cannot be interrupted: neither the time limit nor a cancellation ends it before it has ended. Most of ML.NET's trainers
    /// read their data in many passes; put <c>AppendCacheCheckpoint</c> before the trainer, or every pass decodes all images again.
    /// </remarks>
    /// <param name="name">What to call it.</param>
    /// <param name="estimator">What to fit.</param>
    /// <returns>This experiment.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public ImageExperiment Add(string name, IEstimator<ITransformer> estimator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(estimator);
        if (_estimators.Any(added => added.Name == name) || _settings.Architectures.Contains(name))
            throw new ArgumentException($"There is a candidate '{name}' already; give this one another name.");
        _estimators.Add((name, estimator));
        return this;
    }

    /// <summary>Trains on one set and ranks by another.</summary>
    /// <param name="trainData">The rows to train on, with a key column as label.</param>
    /// <param name="validationData">The rows to rank by, with the same columns.</param>
    /// <param name="progressHandler">Hears of every training; these runs have no model yet.</param>
    /// <returns>The ranking; the caller disposes of it, and with it of the best model.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no candidate; a set has no labelled row; or the label is missing, not a key, or has other classes in one of the sets.
    /// </exception>
    public ImageExperimentResult Execute(IDataView trainData, IDataView validationData, IProgress<ImageExperimentRun>? progressHandler = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(validationData);
        return Execute(new HoldOut(ScoredColumns.Of(_catalog, _settings), trainData, validationData), trainData, progressHandler);
    }

    /// <summary>Ranks by cross-validation: every candidate is trained once per fold, on the other folds.</summary>
    /// <param name="trainData">The rows, with a key column as label.</param>
    /// <param name="numberOfFolds">How many; at least 2.</param>
    /// <param name="progressHandler">Hears of every training; these runs have no model yet.</param>
    /// <returns>The ranking, by the metrics over all rows; the caller disposes of it, and with it of the best fold's model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    /// <exception cref="InvalidOperationException">There is no candidate, a fold would have no labelled row, or the label is missing or not a key.</exception>
    public ImageExperimentResult Execute(IDataView trainData, int numberOfFolds, IProgress<ImageExperimentRun>? progressHandler = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        var folds = new Folds(
            MLServices.Of(_catalog.Trainers), ScoredColumns.Of(_catalog, _settings), _settings.OptimizingMetric, trainData, numberOfFolds, _settings.Seed);
        return Execute(folds, trainData, progressHandler);
    }

    private ImageExperimentResult Execute(IEvaluator judge, IDataView trainData, IProgress<ImageExperimentRun>? progress)
    {
        Candidate[] candidates = [.. _estimators.Select(added => new Candidate(added.Name, added.Estimator)), .. Networks()];
        if (candidates.Length == 0)
            throw new InvalidOperationException("The experiment has no candidates; list Architectures in its settings, or add estimators.");
        var log = new ExperimentLog(MLServices.Of(_catalog.Trainers).Environment, _settings);
        return new SuccessiveHalving(_settings, judge, new EpochBudget(trainData.Schema), log, progress).Run(candidates);
    }

    private IEnumerable<Candidate> Networks()
    {
        var random = new Random(_settings.Seed);
        foreach (string architecture in _settings.Architectures)
        {
            ResNeXtTrainer.Options given = _settings.Trainer with { Architecture = architecture, Seed = _settings.Trainer.Seed ?? _settings.Seed };
            for (int number = 1; number <= _settings.ConfigurationsPerArchitecture; number++)
            {
                ResNeXtTrainer.Options options = number == 1 ? given : _settings.SearchSpace.Draw(given, random);
                yield return new Candidate(number == 1 ? architecture : $"{architecture} #{number}", options, _catalog.Trainers.ResNeXt, _settings.Time);
            }
        }
    }
}
