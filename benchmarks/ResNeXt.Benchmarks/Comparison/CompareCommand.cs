using ResNeXt.Core.Files;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>Measures both sides of every row in turns, prints the table and writes it as JSON and Markdown.</summary>
internal static class CompareCommand
{
    public static int Run(string[] arguments)
    {
        CompareOptions options;
        try
        {
            options = CompareOptions.Parse(arguments);
        }
        catch (ArgumentException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        Directory.CreateDirectory(options.Output);
        List<RowResult> results = MeasureAll(options);
        Console.WriteLine(MarkdownReport.Of(results));
        return results.Count == options.Rows.Count ? 0 : 2;
    }

    private static List<RowResult> MeasureAll(CompareOptions options)
    {
        var results = new List<RowResult>();
        foreach (ComparisonRow row in options.Rows)
        {
            try
            {
                results.Add(Measure(row, options.Runs));
                // After every row, so that an interruption leaves what is there.
                Write(options, results);
            }
            catch (InvalidOperationException exception)
            {
                Console.Error.WriteLine($"{row.Name} is left out: {exception.Message}");
            }
        }
        return results;
    }

    private static RowResult Measure(ComparisonRow row, int runs)
    {
        string folder = Directory.CreateTempSubdirectory("resnext-benchmark-").FullName;
        try
        {
            SideProcess.Prepare(row, folder);
            using var ours = new RowRunner(row, ours: true, folder);
            using var other = new RowRunner(row, ours: false, folder);
            for (int run = 1; run <= runs; run++)
            {
                Report(row, run, runs, "ours", ours.Measure());
                if (row.Other is not null)
                    Report(row, run, runs, "other", other.Measure());
            }
            return new(row, ours.Readings, other.Readings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(ComparisonRow row, int run, int runs, string side, Reading reading) =>
        Console.Error.WriteLine($"{row.Name}, run {run} of {runs}, {side}: {reading.Value:G4} {row.Unit}, peak {reading.PeakMebibytes:F0} MiB");

    private static void Write(CompareOptions options, IReadOnlyList<RowResult> results)
    {
        AtomicFile.Write(Path.Combine(options.Output, "comparison.json"), JsonReport.Of(results, options.Runs));
        AtomicFile.Write(Path.Combine(options.Output, "comparison.md"), System.Text.Encoding.UTF8.GetBytes(MarkdownReport.Of(results)));
    }
}
