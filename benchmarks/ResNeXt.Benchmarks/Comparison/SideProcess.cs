using System.Diagnostics;
using System.Text.Json;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>A side in a process of its own, which lives until this is disposed of and measures a round whenever it is asked to.</summary>
internal sealed class SideProcess : IDisposable
{
    /// <summary>Names the environment variable that says when the child was started.</summary>
    public const string StartedVariable = "RESNEXT_BENCHMARK_STARTED";

    private readonly Process _process;

    private SideProcess(Process process) => _process = process;

    public static SideProcess Start(ComparisonRow row, bool ours, string folder)
    {
        ProcessStartInfo start = ThisProgram.With("side", row.Name, ours ? "ours" : "other", folder);
        start.RedirectStandardInput = true;
        start.Environment[StartedVariable] = $"{DateTime.UtcNow.Ticks}";
        return new(Process.Start(start)!);
    }

    /// <summary>Has the row's files made, where it needs any.</summary>
    public static void Prepare(ComparisonRow row, string folder)
    {
        if (row.Prepare is null)
            return;
        using Process process = Process.Start(ThisProgram.With("side", row.Name, "prepare", folder))!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The files of {row.Name} could not be created; see the message above.");
    }

    /// <summary>Waits for a round.</summary>
    /// <exception cref="InvalidOperationException">The process ended without an answer.</exception>
    public Reading Measure()
    {
        Ask("measure");
        // Native libraries write to standard output too; a reading is the line that is JSON.
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{'))
                return JsonSerializer.Deserialize<Reading>(line)!;
        }
        throw new InvalidOperationException("A measuring process ended before it answered; see its message above.");
    }

    public void Dispose()
    {
        Ask(null);
        if (!_process.WaitForExit(TimeSpan.FromMinutes(1)))
            _process.Kill();
        _process.Dispose();
    }

    // Null ends the questions. A process that has ended is found out when it does not answer.
    private void Ask(string? question)
    {
        try
        {
            if (question is null)
                _process.StandardInput.Close();
            else
                _process.StandardInput.WriteLine(question);
        }
        catch (IOException)
        {
        }
    }
}
