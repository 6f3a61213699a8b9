namespace ResNeXt.MLNet.LabelChecks;

/// <summary>The label of an image, compared with what models predict that have not seen the image.</summary>
/// <param name="ImagePath">The path of the image.</param>
/// <param name="Label">The label: the name of the class folder.</param>
/// <param name="SuggestedLabel">The class that the models find more probable, or the most probable one of the others.</param>
/// <param name="LabelProbability">The probability of the label.</param>
/// <param name="SuggestedProbability">The probability of the suggested label.</param>
/// <param name="IsSuspicious">
/// Whether the models are confident of another class: its probability reaches the mean probability of that class among the images with its label.
/// </param>
/// <param name="NearestOfLabel">The path of the most similar other image with the label; null if there is none.</param>
/// <param name="NearestOfSuggested">The path of the most similar image with the suggested label.</param>
public sealed record CheckedLabel(
    string ImagePath, string Label, string SuggestedLabel, float LabelProbability, float SuggestedProbability, bool IsSuspicious,
    string? NearestOfLabel, string? NearestOfSuggested)
{
    /// <summary>How far the label's probability exceeds the suggested one's, from -1 to 1: the order of the list.</summary>
    public float Margin => LabelProbability - SuggestedProbability;
}
