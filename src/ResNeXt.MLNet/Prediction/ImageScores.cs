namespace ResNeXt.MLNet.Prediction;

/// <summary>What a network computes of an image.</summary>
/// <param name="Probabilities">One probability per class.</param>
/// <param name="Features">The input of the last layer; null if it was not asked for.</param>
internal readonly record struct ImageScores(float[] Probabilities, float[]? Features);
