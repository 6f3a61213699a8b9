namespace ResNeXt.Benchmarks.Profiling;

/// <summary>What one kind of layer takes in a training step.</summary>
/// <param name="Kind">What it computes.</param>
/// <param name="Layers">How many there are.</param>
/// <param name="Milliseconds">Forward and backward, all of them.</param>
/// <param name="Gigaflops">Their operations, in 10^9.</param>
internal sealed record LayerTime(string Kind, int Layers, double Milliseconds, double Gigaflops);
