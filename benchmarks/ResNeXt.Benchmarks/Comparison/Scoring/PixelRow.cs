using Microsoft.ML.Data;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>An image as pixels that are ready.</summary>
internal sealed class PixelRow
{
    [VectorType(3, ScoringModel.ImageSize, ScoringModel.ImageSize)]
    public float[] Features { get; set; } = [];

    /// <summary>Rows whose content does not matter.</summary>
    public static PixelRow[] Noise(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new PixelRow
        {
            Features = [.. Enumerable.Range(0, 3 * ScoringModel.ImageSize * ScoringModel.ImageSize).Select(_ => (float)random.Next(256))],
        })];
    }
}
