namespace ResNeXt.Core.Probabilities;

/// <summary>The images whose highest probability lies in one interval: a point of a calibration curve.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Confidence">The mean of their highest probabilities; 0 if there is no image.</param>
/// <param name="Accuracy">The fraction of them that is classified correctly; 0 if there is no image.</param>
public sealed record CalibrationBin(int Count, double Confidence, double Accuracy);
