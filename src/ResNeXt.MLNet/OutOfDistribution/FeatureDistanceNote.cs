namespace ResNeXt.MLNet.OutOfDistribution;

/// <summary>The distances as they are in a model's metadata, as JSON. Part of saved models: its members keep their names.</summary>
/// <param name="Limit">The distance, 1 minus the cosine, that hardly any image of the classes exceeds.</param>
/// <param name="Channels">The number of features.</param>
/// <param name="Directions">The direction of each class: classes x channels numbers of 16 bits, little-endian; in JSON as base64.</param>
internal sealed record FeatureDistanceNote(float Limit, int Channels, byte[] Directions);
