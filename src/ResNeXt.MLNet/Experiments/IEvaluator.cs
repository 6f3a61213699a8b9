using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Says how good an estimator is.</summary>
internal interface IEvaluator
{
    /// <summary>Fits it and evaluates what comes out.</summary>
    /// <param name="estimator">What to fit.</param>
    /// <param name="stop">Stops between two fits.</param>
    /// <returns>The metrics, and a model that the caller disposes of.</returns>
    (MulticlassClassificationMetrics Metrics, ITransformer Model) Judge(IEstimator<ITransformer> estimator, CancellationToken stop);
}
