namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>An image that is similar to another.</summary>
/// <param name="Index">The index of the image.</param>
/// <param name="Cosine">The cosine of the angle between the features of both, from -1 to 1.</param>
internal readonly record struct Neighbor(int Index, float Cosine);
