using System.Text.RegularExpressions;

namespace ImageClassification.Tests.Documentation;

/// <summary>A table of a page: under a heading, the first row names the columns.</summary>
internal sealed partial class DocumentedTable
{
    private readonly string[] _columns;
    private readonly string[][] _rows;

    private DocumentedTable(string[][] rows) => (_columns, _rows) = (rows[0], rows[2..]);

    /// <summary>The first table under a heading.</summary>
    /// <param name="page">The path of the page.</param>
    /// <param name="heading">The heading, without its signs.</param>
    public static DocumentedTable Under(string page, string heading)
    {
        IEnumerable<string> lines = File.ReadLines(page).SkipWhile(line => line.TrimStart('#', ' ') != heading || !line.StartsWith('#')).Skip(1)
            .TakeWhile(line => !line.StartsWith('#')).SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));
        string[][] rows = [.. lines.Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())];
        return rows.Length > 2 ? new(rows) : throw new InvalidDataException($"There is no table under '{heading}' in '{page}'.");
    }

    /// <summary>The names in code of a column, each a pattern where it holds a placeholder such as <c>&lt;name&gt;</c>.</summary>
    /// <param name="column">The column's heading.</param>
    /// <param name="where">A heading of another column, of which only rows with "yes" count; null for all rows.</param>
    public IReadOnlyList<string> Names(string column, string? where = null) =>
        [.. _rows.Where(row => where is null || Cell(row, where) == "yes")
            .SelectMany(row => Code().Matches(Cell(row, column))).Select(match => match.Groups[1].Value)];

    /// <summary>The names in code of one row.</summary>
    /// <param name="first">The text of its first cell.</param>
    /// <param name="column">The column's heading.</param>
    public IReadOnlyList<string> NamesOf(string first, string column) =>
        [.. Code().Matches(Cell(_rows.Single(row => row[0] == first), column)).Select(match => match.Groups[1].Value)];

    /// <summary>Fails where a written name is not documented, or a documented one not written.</summary>
    public static void AssertSame(IEnumerable<string> documented, IEnumerable<string> written)
    {
        Dictionary<string, Regex> patterns = documented.Distinct()
            .ToDictionary(name => name, name => new Regex($"^{Placeholder().Replace(Regex.Escape(name), Part)}$"));
        string[] names = [.. written.Distinct()];

        string[] undocumented = [.. names.Where(name => !patterns.Values.Any(pattern => pattern.IsMatch(name)))];
        string[] unwritten = [.. patterns.Where(pattern => !names.Any(pattern.Value.IsMatch)).Select(pattern => pattern.Key)];

        Assert.True(undocumented.Length + unwritten.Length == 0,
            $"Written, but not on the page: {string.Join(", ", undocumented)}. On the page, but not written: {string.Join(", ", unwritten)}.");
    }

    private string Cell(string[] row, string column) =>
        Array.IndexOf(_columns, column) is var at and >= 0 ? row[at] : throw new InvalidDataException($"The table has no column '{column}'.");

    // A placeholder in angle brackets is a number or a text, as its name says.
    private static string Part(Match placeholder) => placeholder.Groups[1].Value switch
    {
        "name" or "step" or "property" => ".+",
        "digit" => "[0-9A-F]",
        "epochs" => @"\d{5}",
        "batches" => @"\d{8}",
        _ => @"\d+",
    };

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("<([a-z]+)>")]
    private static partial Regex Placeholder();
}
