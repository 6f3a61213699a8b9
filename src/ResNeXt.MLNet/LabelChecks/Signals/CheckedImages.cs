namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>The images of a check with their features: first those whose labels are checked, then validation images.</summary>
/// <param name="FeatureDescription">Which features these are, for people.</param>
/// <param name="Images">The images.</param>
/// <param name="Features">The features of each image.</param>
/// <param name="TrainingCount">The number of images whose labels are checked.</param>
internal sealed record CheckedImages(string FeatureDescription, IReadOnlyList<ReadImage> Images, float[][] Features, int TrainingCount)
{
    /// <summary>Gets the path of an image; null for no image.</summary>
    public string? PathOf(int? index) => index is { } image ? Images[image].File.ImagePath : null;
}
