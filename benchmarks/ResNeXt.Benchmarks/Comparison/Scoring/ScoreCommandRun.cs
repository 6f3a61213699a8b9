using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ResNeXt.Benchmarks.Comparison.Scoring;

/// <summary>
/// Scores image files by the command <c>resnext score</c>, and gives the rate that it states: without the start of the process. The peak memory in the
/// table is not that of the command, but of the process that starts it.
/// </summary>
internal sealed partial class ScoreCommandRun : IMeasuredSide
{
    private readonly string _model, _images, _output;

    /// <summary>Copies the files into a folder of their own.</summary>
    /// <param name="folder">The folder with the files of a <see cref="ScoringModel"/>.</param>
    /// <param name="files">The files; the same one may be given several times.</param>
    public ScoreCommandRun(string folder, IEnumerable<string> files)
    {
        _model = new ScoringModel(folder).ImageZip;
        _images = Directory.CreateDirectory(Path.Combine(folder, "bulk")).FullName;
        _output = Path.Combine(folder, "scores.csv");
        foreach ((int index, string file) in files.Index())
            File.Copy(file, Path.Combine(_images, $"{index:D4}.jpg"), overwrite: true);
    }

    public Reading Measure()
    {
        File.Delete(_output);
        string program = Path.Combine(AppContext.BaseDirectory, "resnext.dll");
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "score", "--model", _model, "--images", _images, "--output", _output]) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Match rate = Rate().Match(said);
        return process.ExitCode == 0 && rate.Success ? new(double.Parse(rate.Groups["rate"].ValueSpan, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"resnext score ended with {process.ExitCode}: {said}");
    }

    public void Dispose() => Directory.Delete(_images, recursive: true);

    [GeneratedRegex(@"0 unreadable, (?<rate>[0-9.]+)/s: ", RegexOptions.ExplicitCapture)]
    private static partial Regex Rate();
}
