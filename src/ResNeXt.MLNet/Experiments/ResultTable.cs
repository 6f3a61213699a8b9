using System.Text;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Formats runs as a table.</summary>
internal static class ResultTable
{
    private static readonly string[] Head = ["", "candidate", "accuracy", "macro", "log-loss", "seconds", "epochs", "settings, or why it failed"];
    private static readonly bool[] IsNumber = [true, false, true, true, true, true, true, false];

    public static string Of(IReadOnlyList<ImageExperimentRun> runs)
    {
        string[][] rows = [Head, .. runs.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        Append(table, Head, widths);
        IEnumerable<string> rules = widths.Select((width, column) => new string('-', width + 1) + (IsNumber[column] ? ':' : '-'));
        table.Append('|').AppendJoin('|', rules).AppendLine("|");
        foreach (string[] row in rows.Skip(1))
            Append(table, row, widths);
        return table.ToString();
    }

    private static string[] Cells(ImageExperimentRun run, int index) =>
    [
        run.ValidationMetrics is null ? "" : Invariant($"{index + 1}"),
        run.TrainerName,
        Invariant($"{run.ValidationMetrics?.MicroAccuracy:P2}"),
        Invariant($"{run.ValidationMetrics?.MacroAccuracy:P2}"),
        Invariant($"{run.ValidationMetrics?.LogLoss:F4}"),
        Invariant($"{run.RuntimeInSeconds:F1}"),
        Invariant($"{run.Epochs}"),
        run.Exception?.Message.ReplaceLineEndings(" ") ?? (run.TrainerOptions is { } options ? ResNeXtSearchSpace.Describe(options) : ""),
    ];

    private static void Append(StringBuilder table, string[] cells, int[] widths)
    {
        for (int column = 0; column < cells.Length; column++)
            table.Append("| ").Append(IsNumber[column] ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column])).Append(' ');
        table.AppendLine("|");
    }
}
