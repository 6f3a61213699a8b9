namespace ResNeXt.MLNet.Reports;

/// <summary>The metrics of one class.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Images">The number of images of the class.</param>
/// <param name="Predicted">The number of images that were classified as it.</param>
/// <param name="Correct">The number of images of the class that were classified as it.</param>
public sealed record ClassMetrics(string Name, int Images, int Predicted, int Correct)
{
    /// <summary>The fraction of the images classified as this class that are of it; NaN if there are none.</summary>
    public double Precision => (double)Correct / Predicted;

    /// <summary>The fraction of the images of this class that were classified as it; NaN if there are none.</summary>
    public double Recall => (double)Correct / Images;

    /// <summary>The harmonic mean of precision and recall; NaN if there is neither an image nor a prediction.</summary>
    public double F1 => 2.0 * Correct / (Images + Predicted);
}
