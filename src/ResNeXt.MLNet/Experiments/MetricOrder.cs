using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Compares runs by a metric, and runs with the same value of it by their log-loss.</summary>
internal static class MetricOrder
{
    /// <summary>
    /// Two numbers, of which the second decides where the first is the same: larger for a better run, the smallest of all for a run without
    /// metrics or whose metric is not a number.
    /// </summary>
    public static (double Metric, double NegativeLogLoss) Merit(this ImageExperimentMetric metric, MulticlassClassificationMetrics? metrics) =>
        (OrLowest(Value(metric, metrics)), OrLowest(-metrics?.LogLoss ?? double.NaN));

    /// <summary>Whether a run is better than another.</summary>
    public static bool IsBetter(this ImageExperimentMetric metric, MulticlassClassificationMetrics? metrics, MulticlassClassificationMetrics? other) =>
        metric.Merit(metrics).CompareTo(metric.Merit(other)) > 0;

    private static double Value(ImageExperimentMetric metric, MulticlassClassificationMetrics? metrics) =>
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
