using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>What a training came to; the network has the weights.</summary>
/// <param name="Epochs">A report per epoch, those before a resumption included.</param>
/// <param name="Warnings">What the user should know, one sentence each; usually none.</param>
/// <param name="Precision">What it was computed in: <see cref="Precision.Float32"/> or <see cref="Precision.BFloat16"/>.</param>
public sealed record TrainingResult(IReadOnlyList<EpochReport> Epochs, IReadOnlyList<string> Warnings, Precision Precision);
