namespace ResNeXt.Benchmarks.Comparison;

/// <summary>One side of a row over all rounds: in one process, or in one per round where the first time is what counts.</summary>
internal sealed class RowRunner(ComparisonRow row, bool ours, string folder) : IDisposable
{
    private readonly List<Reading> _readings = [];
    private SideProcess? _process;

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Reading> Readings => _readings;

    public Reading Measure()
    {
        _process ??= SideProcess.Start(row, ours, folder);
        _readings.Add(_process.Measure());
        if (row.IsFirstTime)
            Dispose();
        return _readings[^1];
    }

    public void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }
}
