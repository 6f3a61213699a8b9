using System.Globalization;
using System.Text;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>The results as Markdown tables, for people.</summary>
internal static class MarkdownReport
{
    public static string Of(IReadOnlyList<RowResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("Medians (smallest to largest); ratio = ours / other; peak memory of the processes in MiB.").AppendLine();
        text.AppendLine("| row | work | unit | ours | other | ratio | target | met | peak ours | peak other | ratio | target | met |");
        text.AppendLine("|---|---|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---|");
        foreach (RowResult result in results)
            text.AppendLine($"| {string.Join(" | ", Cells(result))} |");
        AppendShares(text, results);
        foreach (RowResult result in results.Where(result => result.OurParts.Count > 0))
            AppendParts(text, result);
        return text.ToString();
    }

    private static IEnumerable<string> Cells(RowResult result) =>
    [
        result.Row.Name, $"{result.Row.Work}: {result.Row.Ours.Title}{(result.Row.Other is { } other ? $" / {other.Title}" : "")}", result.Row.Unit,
        $"{result.OurValue}", $"{result.OtherValue}", Number(result.Ratio), Limit(result.Row.Target, result.Row.IsLowerBetter), Answer(result.IsMet),
        $"{result.OurPeak:F0}", $"{result.OtherPeak:F0}", Number(result.PeakRatio), Limit(result.Row.PeakTarget, isUpper: true), Answer(result.IsPeakMet),
    ];

    private static void AppendShares(StringBuilder text, IReadOnlyList<RowResult> results)
    {
        RowResult[] counted = [.. results.Where(result => result.GigaflopsPerSecond is not null)];
        if (counted.Length == 0)
            return;
        text.AppendLine().AppendLine("Share of the machine's rate in large matrix products (the row `product`):").AppendLine();
        text.AppendLine("| row | GFLOP/s | share |").AppendLine("|---|---:|---:|");
        foreach (RowResult result in counted)
        {
            string share = ProductRate.ShareOf(result, results) is { } known ? known.ToString("P0", CultureInfo.InvariantCulture) : "the row `product` was not run";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {result.Row.Name} | {result.GigaflopsPerSecond:F0} | {share} |");
        }
    }

    private static void AppendParts(StringBuilder text, RowResult result)
    {
        text.AppendLine().AppendLine($"Parts of `{result.Row.Name}`:").AppendLine();
        text.AppendLine("| part | ours | other |").AppendLine("|---|---:|---:|");
        foreach (string part in result.OurParts.Keys.Union(result.OtherParts.Keys))
            text.AppendLine($"| {part} | {result.OurParts.GetValueOrDefault(part)} | {result.OtherParts.GetValueOrDefault(part)} |");
    }

    private static string Number(double? value) => value is { } known ? known.ToString("F2", CultureInfo.InvariantCulture) : "";

    private static string Limit(double? target, bool isUpper) => target is null ? "" : $"{(isUpper ? "at most" : "at least")} {Number(target)}";

    private static string Answer(bool? isMet) => isMet switch { true => "yes", false => "no", null => "" };
}
