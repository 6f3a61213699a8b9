using System.Globalization;
using ResNeXt.Core.Networks;

namespace ResNeXt.Benchmarks.Forms;

/// <summary>The results as a Markdown table: median, spread, and the ratio to form (c).</summary>
internal static class FormsTable
{
    private static readonly (string Title, Func<FormCost, double> Value)[] Columns =
    [
        ("Training step, ms", cost => cost.TrainingMilliseconds),
        ("Inference, ms", cost => cost.InferenceMilliseconds),
        ("Training peak, MiB", cost => cost.TrainingMebibytes),
        ("Inference peak, MiB", cost => cost.InferenceMebibytes),
    ];

    public static void Write(TextWriter writer, IReadOnlyDictionary<BlockForm, List<FormCost>> results, BlockForm baseline)
    {
        writer.WriteLine($"| Form | {string.Join(" | ", Columns.Select(column => $"{column.Title} | ratio"))} |");
        writer.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", 2 * Columns.Length))}");
        foreach ((BlockForm form, List<FormCost> costs) in results)
        {
            IEnumerable<string> cells = Columns.SelectMany(column => Cells(
                [.. costs.Select(column.Value).Order()], Median([.. results[baseline].Select(column.Value).Order()])));
            writer.WriteLine($"| {Title(form)} | {string.Join(" | ", cells)} |");
        }
    }

    private static string[] Cells(double[] sorted, double baseline) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{Median(sorted):F0} ({sorted[0]:F0} to {sorted[^1]:F0})"),
        string.Create(CultureInfo.InvariantCulture, $"{Median(sorted) / baseline:F2}"),
    ];

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Title(BlockForm form) => form switch
    {
        BlockForm.Grouped => "(c) Grouped",
        BlockForm.EarlyConcatenation => "(b) EarlyConcatenation",
        BlockForm.Aggregated => "(a) Aggregated",
        _ => form.ToString(),
    };
}
