using ResNeXt.Core.Files;

namespace ResNeXt.Tool.BulkScoring.Resuming;

/// <summary>
/// The files of a job: the result, which exists only once it is complete; <c>.partial</c>, the rows so far; and <c>.job</c>, what they are made of.
/// The second locks the others.
/// </summary>
internal sealed class ScoringFiles : IDisposable
{
    private readonly string _output;
    private readonly ScoringJob _job;
    private bool _isDone;

    private ScoringFiles(string output, ScoringJob job, ScoreJournal journal) => (_output, _job, Journal) = (output, job, journal);

    /// <summary>The rows so far.</summary>
    public ScoreJournal Journal { get; }

    /// <summary>The path of the rows so far.</summary>
    public string JournalPath => JournalOf(_output);

    /// <summary>The job with its counts if an earlier run has completed the result; else null.</summary>
    public ScoringJob? Completed { get; private init; }

    /// <summary>Opens the files of a job, and makes those that are missing.</summary>
    /// <exception cref="InvalidOperationException">The files are those of another job, or a result that no job made.</exception>
    /// <exception cref="IOException">Another process works on them.</exception>
    public static ScoringFiles Open(string output, ScoringJob job)
    {
        ScoreJournal journal = ScoreJournal.Open(JournalOf(output));
        bool isNew = journal.IsEmpty;
        try
        {
            ScoringJob? saved = ScoringJob.Read(JobOf(output));
            bool hasResult = new FileInfo(OutputTarget.Find(output)) is { Exists: true, Length: > 0 };
            Check(output, saved, job, isKnown: !hasResult && isNew);
            if (saved is { Rows: not null } && hasResult && isNew)
                return new(output, job, journal) { Completed = saved };
            if (saved is null or { Rows: not null })
                job.Write(JobOf(output));
            return new(output, job, journal);
        }
        catch
        {
            if (isNew)
                File.Delete(JournalOf(output));
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Makes the result of the rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="errors">The number of rows that have an error.</param>
    /// <param name="write">Writes the rows in the format of the result; null if they are in that format already.</param>
    public void Complete(long rows, long errors, Action<Stream>? write)
    {
        Journal.Flush(toDisk: true);
        (_job with { Rows = rows, Errors = errors }).Write(JobOf(_output));
        // The journal stays open, and so locked, until its name is gone: another process that begins now makes a new one.
        if (write is null)
        {
            File.Move(JournalPath, OutputTarget.Find(_output), overwrite: true);
        }
        else
        {
            AtomicFile.Write(_output, write);
            File.Delete(JournalPath);
        }
        Journal.Dispose();
        _isDone = true;
    }

    /// <summary>Lets go of the files, and leaves none of a job that has no rows.</summary>
    public void Dispose()
    {
        if (!_isDone && Journal.IsEmpty)
        {
            // In this order: where the journal is gone, another process may have written its job.
            if (Completed is null)
                File.Delete(JobOf(_output));
            File.Delete(JournalPath);
        }
        Journal.Dispose();
    }

    private static void Check(string output, ScoringJob? saved, ScoringJob job, bool isKnown)
    {
        if (saved is null && !isKnown)
        {
            throw new InvalidOperationException(
                $"The file '{output}' exists, and not from a run of this command that could go on; delete it, or name another file.");
        }
        if (saved is not null && job.Difference(saved) is { Length: > 0 } difference)
        {
            throw new InvalidOperationException($"The file '{output}' has scores {difference}; name another file"
                + (saved.Shard == job.Shard ? $", or delete it together with '{JobOf(output)}' and '{JournalOf(output)}'."
                    : ", with {shard} in its name if processes share a command line: part-{shard}.jsonl."));
        }
    }

    private static string JournalOf(string output) => output + ".partial";

    private static string JobOf(string output) => output + ".job";
}
