using ResNeXt.MLNet.Experiments;
using Spectre.Console;
using static System.FormattableString;

namespace ResNeXt.Tool.Comparison;

/// <summary>Formats the ranking of <c>compare</c> as a table.</summary>
internal static class RankingTable
{
    private static readonly Style Best = new(decoration: Decoration.Bold);

    /// <summary>Creates the table.</summary>
    /// <param name="runs">The runs, best first.</param>
    /// <param name="reason">A function that explains in terms of the command line why a run failed.</param>
    public static Table Of(IReadOnlyList<ImageExperimentRun> runs, Func<Exception, string> reason)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("").RightAligned()).AddColumn("Candidate");
        foreach (string column in new[] { "Accuracy", "Macro", "Log-loss", "Seconds", "Epochs" })
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        table.AddColumn("Remarks");
        for (int place = 1; place <= runs.Count; place++)
            table.AddRow([.. Cells(runs[place - 1], place, reason).Select(cell => new Text(cell, place == 1 ? Best : Style.Plain))]);
        return table;
    }

    private static string[] Cells(ImageExperimentRun run, int place, Func<Exception, string> reason) =>
    [
        run.ValidationMetrics is null ? "" : Invariant($"{place}"),
        run.TrainerName,
        Invariant($"{run.ValidationMetrics?.MicroAccuracy:P2}"),
        Invariant($"{run.ValidationMetrics?.MacroAccuracy:P2}"),
        Invariant($"{run.ValidationMetrics?.LogLoss:F4}"),
        Invariant($"{run.RuntimeInSeconds:F1}"),
        Invariant($"{run.Epochs}"),
        run.Exception is null ? "" : reason(run.Exception),
    ];
}
