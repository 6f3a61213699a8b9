namespace ResNeXt.Benchmarks.Serving;

/// <summary>A turn of the server, and one of ONNX Runtime alone right after it.</summary>
/// <param name="Served">What the clients got.</param>
/// <param name="ProcessorTime">The processor time that the server used for it.</param>
/// <param name="Alone">What ONNX Runtime alone did.</param>
internal sealed record ServingTurn(LoadResult Served, TimeSpan ProcessorTime, LoopResult Alone)
{
    /// <summary>The rate of the server, as a fraction of that of ONNX Runtime alone.</summary>
    public double Ratio => Served.Rate / Alone.Rate;

    /// <summary>Milliseconds of the server's processor time per image.</summary>
    public double Cost => ProcessorTime.TotalMilliseconds / Served.Answered;
}
