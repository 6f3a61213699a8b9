namespace ResNeXt.Benchmarks.Serving;

/// <summary>What came of scoring in a loop.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Time">How long it took.</param>
/// <param name="ProcessorTime">The processor time that it used.</param>
internal sealed record LoopResult(int Images, TimeSpan Time, TimeSpan ProcessorTime)
{
    /// <summary>Images per second.</summary>
    public double Rate => Images / Time.TotalSeconds;

    /// <summary>Milliseconds of processor time per image.</summary>
    public double Cost => ProcessorTime.TotalMilliseconds / Images;
}
