using System.Text.RegularExpressions;

namespace ImageClassification.Tests.Documentation;

/// <summary>What the pages point to exists: files and tests.</summary>
public sealed partial class PagesTests
{
    private static readonly string Root = DocumentationTests.Repository ?? "";

    [RepositoryFact]
    public void Links_OfAllPages_LeadToFiles()
    {
        string[] broken = [.. Pages().SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value)
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal)
                && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link.Split('#')[0])))
            .Select(link => $"{Path.GetFileName(page)}: {link}"))];

        Assert.Empty(broken);
    }

    [RepositoryFact]
    public void Tests_NamedOnPages_Exist()
    {
        Dictionary<string, string> sources = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .GroupBy(file => Path.GetFileName(file).Split('.')[0])
            .ToDictionary(group => group.Key, group => string.Join('\n', group.Select(File.ReadAllText)));

        string[] missing = [.. Pages().SelectMany(page => TestName().Matches(File.ReadAllText(page)))
            .Where(match => !sources.TryGetValue(match.Groups[1].Value, out string? source)
                || !source.Contains(match.Groups[2].Value, StringComparison.Ordinal))
            .Select(match => match.Value).Distinct()];

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Pages() =>
        [Path.Combine(Root, "README.md"), Path.Combine(Root, "CONTRIBUTING.md"), .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md")];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    // `Class` or `Class.Method`.
    [GeneratedRegex(@"`([A-Z]\w*Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();
}
