using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>
/// Orders metrics from worse to better: by the metric that an experiment ranks by, and by the log-loss if that is equal. Missing metrics, and metrics
/// that are not a number, are the worst.
/// </summary>
/// <param name="metric">The metric to rank by.</param>
internal sealed class MetricComparer(ImageExperimentMetric metric) : IComparer<MulticlassClassificationMetrics?>
{
    public int Compare(MulticlassClassificationMetrics? x, MulticlassClassificationMetrics? y) => Rank(x).CompareTo(Rank(y));

    private (double Metric, double NegativeLogLoss) Rank(MulticlassClassificationMetrics? metrics) =>
        (OrLowest(Value(metrics)), OrLowest(-metrics?.LogLoss ?? double.NaN));

    private double Value(MulticlassClassificationMetrics? metrics) =>
        metrics is null ? double.NaN : metric switch
        {
            ImageExperimentMetric.MacroAccuracy => metrics.MacroAccuracy,
            ImageExperimentMetric.LogLoss => -metrics.LogLoss,
            ImageExperimentMetric.LogLossReduction => metrics.LogLossReduction,
            ImageExperimentMetric.TopKAccuracy => metrics.TopKAccuracy,
            _ => metrics.MicroAccuracy,
        };

    private static double OrLowest(double value) => double.IsNaN(value) ? double.NegativeInfinity : value;
}
