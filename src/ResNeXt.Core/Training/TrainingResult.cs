using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>The result of training; the weights are in the network.</summary>
/// <param name="Epochs">A report for every epoch, including those before a resumption.</param>
/// <param name="Warnings">The warnings, one sentence each; usually none.</param>
/// <param name="Precision">The precision that was used: <see cref="Precision.Float32"/> or <see cref="Precision.BFloat16"/>.</param>
public sealed record TrainingResult(IReadOnlyList<EpochReport> Epochs, IReadOnlyList<string> Warnings, Precision Precision);
