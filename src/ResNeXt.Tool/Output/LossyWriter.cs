using System.Text;

namespace ResNeXt.Tool.Output;

/// <summary>
/// Standard output or standard error, whose failure does not end a command: the disk of a log file may be full, or the terminal closed, while a
/// training goes on. What is written after the first failure is dropped.
/// </summary>
internal sealed class LossyWriter(TextWriter target) : TextWriter
{
    /// <summary>The first failure, or null.</summary>
    public Exception? Failure { get; private set; }

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Try(() => target.Write(value));

    public override void Write(string? value) => Try(() => target.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => target.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => Try(target.WriteLine);

    public override void WriteLine(string? value) => Try(() => target.WriteLine(value));

    public override void Flush() => Try(target.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
            return;
        try
        {
            write();
        }
        // .NET writes to a pipe that nobody reads any more without an exception.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = exception;
        }
    }
}
