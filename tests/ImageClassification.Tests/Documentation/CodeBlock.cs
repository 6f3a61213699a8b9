using System.Text.RegularExpressions;
using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ImageClassification.Tests.Documentation;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">What follows the fence; empty for command lines.</param>
/// <param name="Text">Its lines.</param>
internal sealed partial record CodeBlock(string Language, string Text)
{
    /// <summary>The blocks of a page, in order.</summary>
    public static IReadOnlyList<CodeBlock> Of(string page) =>
        [.. Fence().Matches(File.ReadAllText(page).ReplaceLineEndings("\n"))
            .Select(match => new CodeBlock(match.Groups[1].Value, match.Groups[2].Value))];

    /// <summary>
    /// The commands in the block, each as the arguments after <c>--</c>. A backslash continues a line; a comment may follow. Scripts for other programs,
    /// whose fences name a language, have none.
    /// </summary>
    public IEnumerable<string[]> Commands() => Language.Length > 0 ? [] : Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Select(line => Comment().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(words => words is ["resnext", ..] ? words[1..] : words)
        .Where(words => words.Length > 0 && CommandNames.Contains(words[0]));

    private static readonly HashSet<string> CommandNames = ["train", "find-rate", "evaluate", "compare", "predict", "score", "export", "quantize", "info"];

    [GeneratedRegex(@"^```([^\n`]*)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\s#\s.*$")]
    private static partial Regex Comment();
}
