using System.Diagnostics;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>Scores all images of a round, and gives their rate.</summary>
/// <param name="owned">What the scoring needs and nobody else has.</param>
/// <param name="score">Scores all images, and gives a row of probabilities each.</param>
internal sealed class Bulk(IDisposable owned, Func<IEnumerable<float[]>> score) : IMeasuredSide
{
    public Reading Measure()
    {
        long start = Stopwatch.GetTimestamp();
        int images = score().Count(scores => scores.Length == ScoringModel.Classes);
        return new(images / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose() => owned.Dispose();
}
