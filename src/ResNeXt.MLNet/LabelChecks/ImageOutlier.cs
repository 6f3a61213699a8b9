namespace ResNeXt.MLNet.LabelChecks;

/// <summary>An image that is unlike all others.</summary>
/// <param name="ImagePath">The path of the image.</param>
/// <param name="Label">Its label.</param>
/// <param name="Distance">The mean distance to the five most similar images: 0 for the same features, 1 for nothing in common.</param>
/// <param name="NearestImage">The path of the most similar image.</param>
public sealed record ImageOutlier(string ImagePath, string Label, float Distance, string NearestImage);
