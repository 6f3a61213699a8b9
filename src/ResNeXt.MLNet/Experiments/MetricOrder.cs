using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Compares runs by a metric.</summary>
internal static class MetricOrder
{
    /// <summary>A number that is larger the better the run is; the smallest of all for a run without metrics, or whose metric is no number.</summary>
    public static double Merit(this ImageExperimentMetric metric, MulticlassClassificationMetrics? metrics)
    {
        double merit = metrics is null ? double.NegativeInfinity : metric switch
        {
            ImageExperimentMetric.MacroAccuracy => metrics.MacroAccuracy,
            ImageExperimentMetric.LogLoss => -metrics.LogLoss,
            ImageExperimentMetric.LogLossReduction => metrics.LogLossReduction,
            ImageExperimentMetric.TopKAccuracy => metrics.TopKAccuracy,
            _ => metrics.MicroAccuracy,
        };
        return double.IsNaN(merit) ? double.NegativeInfinity : merit;
    }
}
