namespace ResNeXt.Benchmarks.Comparison;

/// <summary>One side of a row, alive in a process of its own.</summary>
internal interface IMeasuredSide : IDisposable
{
    /// <summary>Does the work once and says how it went, in the row's unit.</summary>
    Reading Measure();
}
