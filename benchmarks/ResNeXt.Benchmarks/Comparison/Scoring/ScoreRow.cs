namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>What a pipeline makes of an image.</summary>
internal sealed class ScoreRow
{
    public float[] Score { get; set; } = [];
}
