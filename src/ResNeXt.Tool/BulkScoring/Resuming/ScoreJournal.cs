using System.Text;
using System.Text.Json;
using ResNeXt.Core.Files;
using ResNeXt.MLNet.Folders.Streaming;
using ResNeXt.Tool.BulkScoring.Formats;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.BulkScoring.Resuming;

/// <summary>
/// The rows that are scored so far, a JSON object per line, in the order of the files. What a killed process leaves is a beginning of it, perhaps with
/// half a line at its end. While it is open, no other process can open it.
/// </summary>
internal sealed class ScoreJournal : IDisposable
{
    private const int BufferLength = 1 << 16;

    // Bytes that are no text end the part that is kept, as other damage does; with them the rows that are in the buffer at the same time.
    private static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileStream _file;

    private ScoreJournal(FileStream file) => _file = file;

    public bool IsEmpty => _file.Length == 0;

    /// <summary>Opens a journal, or makes an empty one.</summary>
    /// <exception cref="IOException">Another process has it open, or it cannot be written.</exception>
    public static ScoreJournal Open(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, AtomicFile.UntilPublished, BufferLength));
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"The file '{path}' cannot be opened ({exception.Message}). If another process scores at the same time, give each a "
                + "file of its own: with {shard} in --output, for example part-{shard}.jsonl.", exception);
        }
    }

    /// <summary>Reads the rows from the beginning up to the first that is not complete, each with the position after it.</summary>
    public IEnumerable<(ScoredImage Row, long End)> Read()
    {
        _file.Position = 0;
        using var reader = new StreamReader(_file, Text, detectEncodingFromByteOrderMarks: false, BufferLength, leaveOpen: true);
        long end = 0;
        while (Next(reader) is { } line && Parse(line) is { } row)
        {
            end += Text.GetByteCount(line) + 1;
            if (end > _file.Length)
                yield break;
            yield return (row, end);
        }
    }

    /// <summary>
    /// Leaves out the files whose rows the journal has, from the first file on. From the first difference on, because files were added or removed or
    /// the journal ends, the journal is cut off, and the rest of the files is returned.
    /// </summary>
    /// <param name="files">The files, in their order.</param>
    /// <param name="keep">Is told each row that the journal has.</param>
    /// <param name="cancellation">Ends the files; the journal stays as it is.</param>
    public IEnumerable<FoundImage> LeaveOutScored(IEnumerable<FoundImage> files, Action<ScoredImage> keep, CancellationToken cancellation)
    {
        long end = 0;
        bool agrees = true;
        using IEnumerator<(ScoredImage Row, long End)> rows = Read().GetEnumerator();
        foreach (FoundImage file in files)
        {
            if (cancellation.IsCancellationRequested)
                yield break;
            if (agrees && rows.MoveNext() && rows.Current.Row.Path == file.RelativePath)
            {
                end = rows.Current.End;
                keep(rows.Current.Row);
                continue;
            }
            if (agrees)
                CutOff(end);
            agrees = false;
            yield return file;
        }
        if (agrees)
            CutOff(end);
    }

    /// <summary>Adds a row at the end.</summary>
    public void Append(ScoredImage row)
    {
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(row, JsonOutput.Options));
        _file.WriteByte((byte)'\n');
    }

    /// <summary>Hands the rows to the system, so that they survive the end of the process; with <paramref name="toDisk"/> also that of the machine.</summary>
    public void Flush(bool toDisk) => _file.Flush(toDisk);

    public void Dispose() => _file.Dispose();

    private void CutOff(long length)
    {
        _file.SetLength(length);
        _file.Position = length;
    }

    private static string? Next(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static ScoredImage? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ScoredImage>(line, JsonOutput.Options) is { Path: not null } row ? row : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
