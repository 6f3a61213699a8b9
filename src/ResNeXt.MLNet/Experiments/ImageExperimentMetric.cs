using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>What an experiment ranks by: the figures of <see cref="MulticlassClassificationMetrics"/>.</summary>
public enum ImageExperimentMetric
{
    /// <summary>Fraction classified right; more is better.</summary>
    MicroAccuracy,

    /// <summary>Mean over the classes of the fraction classified right; more is better.</summary>
    MacroAccuracy,

    /// <summary>Mean cross-entropy, natural logarithm; less is better.</summary>
    LogLoss,

    /// <summary>By how much the log-loss is below that of always answering the classes' frequencies; more is better.</summary>
    LogLossReduction,

    /// <summary>Fraction with the right class among the most probable; more is better.</summary>
    TopKAccuracy,
}
