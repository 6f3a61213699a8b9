namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>Two images with the same picture.</summary>
/// <param name="First">The index of the first image.</param>
/// <param name="Second">The index of the second image; it is larger.</param>
/// <param name="Difference">The mean difference of their brightness, see <see cref="BrightnessThumbnail"/>.</param>
internal readonly record struct PairOfCopies(int First, int Second, float Difference);
