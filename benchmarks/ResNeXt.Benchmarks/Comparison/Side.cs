namespace ResNeXt.Benchmarks.Comparison;

/// <summary>One side of a row, before it has a process.</summary>
/// <param name="Title">What it is, for the table.</param>
/// <param name="Start">Makes it, given the folder that the row prepared.</param>
internal sealed record Side(string Title, Func<string, IMeasuredSide> Start);
