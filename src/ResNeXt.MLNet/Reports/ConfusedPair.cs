namespace ResNeXt.MLNet.Reports;

/// <summary>Images of one class that were classified as another: a cell of the confusion matrix.</summary>
/// <param name="Label">The class of the images.</param>
/// <param name="PredictedLabel">The class that was predicted.</param>
/// <param name="Count">The number of images.</param>
public sealed record ConfusedPair(string Label, string PredictedLabel, int Count);
