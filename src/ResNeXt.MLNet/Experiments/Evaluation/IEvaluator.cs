using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments.Evaluation;

/// <summary>Measures how well a candidate of an experiment classifies.</summary>
internal interface IEvaluator
{
    /// <summary>Fits a candidate, and evaluates the model on rows that it was not fitted on.</summary>
    /// <param name="estimator">The candidate.</param>
    /// <param name="stop">Cancels the evaluation between two fits.</param>
    /// <returns>The metrics, and a model that the caller disposes of.</returns>
    (MulticlassClassificationMetrics Metrics, ITransformer Model) Evaluate(IEstimator<ITransformer> estimator, CancellationToken stop);
}
