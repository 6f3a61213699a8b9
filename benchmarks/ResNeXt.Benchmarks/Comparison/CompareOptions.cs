using System.Globalization;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>What <c>compare</c> is asked to do.</summary>
/// <param name="Rows">The rows, in the table's order.</param>
/// <param name="Runs">Rounds of each side.</param>
/// <param name="Output">The folder for JSON and Markdown.</param>
internal sealed record CompareOptions(IReadOnlyList<ComparisonRow> Rows, int Runs, string Output)
{
    private const int LeastRuns = 5;

    /// <summary>Understands the command line.</summary>
    /// <exception cref="ArgumentException">It is not right; the message says what is.</exception>
    public static CompareOptions Parse(string[] arguments)
    {
        var options = new CompareOptions(Comparisons.All, LeastRuns, ".");
        for (int i = 0; i < arguments.Length; i += 2)
        {
            options = (arguments[i], arguments.ElementAtOrDefault(i + 1)) switch
            {
                ("--rows", { } names) => options with { Rows = Find(names) },
                ("--runs", { } text) => options with { Runs = ParseRuns(text) },
                ("--output", { } folder) => options with { Output = folder },
                _ => throw new ArgumentException($"'{arguments[i]}' is not an option with a value; give --rows NAME,NAME, --runs N or --output FOLDER."),
            };
        }
        return options;
    }

    private static int ParseRuns(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int runs) && runs >= LeastRuns
        ? runs
        : throw new ArgumentException($"--runs is '{text}'; it must be a number of at least {LeastRuns}.");

    private static IReadOnlyList<ComparisonRow> Find(string names)
    {
        string[] wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] known = [.. Comparisons.All.Select(row => row.Name)];
        return wanted.Length > 0 && wanted.FirstOrDefault(name => !known.Contains(name)) is not { } unknown
            ? [.. Comparisons.All.Where(row => wanted.Contains(row.Name))]
            : throw new ArgumentException($"--rows is '{names}'; the rows are {string.Join(", ", known)}.");
    }
}
