using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The metric that an experiment ranks candidates by, one of <see cref="MulticlassClassificationMetrics"/>.</summary>
public enum ImageExperimentMetric
{
    /// <summary>The fraction of rows that are classified correctly; higher is better.</summary>
    MicroAccuracy,

    /// <summary>The fraction of rows that are classified correctly, averaged over the classes; higher is better.</summary>
    MacroAccuracy,

    /// <summary>The mean cross-entropy, with the natural logarithm; lower is better.</summary>
    LogLoss,

    /// <summary>The part by which the log-loss is lower than that of always predicting the classes' frequencies; higher is better.</summary>
    LogLossReduction,

    /// <summary>The fraction of rows whose class is among the most probable ones; higher is better.</summary>
    TopKAccuracy,
}
