using System.Diagnostics;
using System.Globalization;
using ResNeXt.Tool.BulkScoring.Formats;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>Counts rows, and says from time to time how many there are and how fast they come.</summary>
/// <param name="log">Where to say it.</param>
internal sealed class ScoringProgress(TextWriter log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long _start, _reported, _reportedScored;

    /// <summary>The rows that earlier runs have scored.</summary>
    public long Kept { get; private set; }

    /// <summary>The rows that this run has scored.</summary>
    public long Scored { get; private set; }

    /// <summary>The rows of all runs that have an error.</summary>
    public long Errors { get; private set; }

    public long Rows => Kept + Scored;

    /// <summary>Counts a row of an earlier run.</summary>
    public void Keep(ScoredImage row)
    {
        Kept++;
        Errors += row.Error is null ? 0 : 1;
    }

    /// <summary>Counts a row of this run.</summary>
    public void Count(ScoredImage row)
    {
        if (_start == 0)
            _start = _reported = Stopwatch.GetTimestamp();
        Scored++;
        Errors += row.Error is null ? 0 : 1;
        TimeSpan since = Stopwatch.GetElapsedTime(_reported);
        if (since < Interval)
            return;
        log.WriteLine(Text($"{Rows} images, {(Scored - _reportedScored) / since.TotalSeconds:F1}/s, {Errors} unreadable, at '{row.Path}'"));
        (_reported, _reportedScored) = (Stopwatch.GetTimestamp(), Scored);
    }

    /// <summary>A line that sums up.</summary>
    public override string ToString()
    {
        // The first image was scored before the clock was started.
        double rate = Scored > 1 ? (Scored - 1) / Stopwatch.GetElapsedTime(_start).TotalSeconds : 0;
        string kept = Kept > 0 ? Text($", {Kept} of them by an earlier run") : "";
        return Text($"{Rows} images{kept}, {Errors} unreadable") + (Scored > 1 ? Text($", {rate:F1}/s") : "");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
