using System.Diagnostics;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>Scores one image again and again, each when the one before is done, and gives the milliseconds of the middle one.</summary>
/// <param name="owned">What the scoring needs and nobody else has.</param>
/// <param name="score">Scores the image.</param>
internal sealed class Repeated(IDisposable owned, Func<float[]> score) : IMeasuredSide
{
    private const int Times = 31;

    public Reading Measure()
    {
        var milliseconds = new double[Times];
        for (int i = 0; i < Times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            score();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return new(Spread.Of(milliseconds).Median);
    }

    public void Dispose() => owned.Dispose();
}
