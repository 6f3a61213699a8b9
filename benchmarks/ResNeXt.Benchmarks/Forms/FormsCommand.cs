using System.Globalization;
using ResNeXt.Core.Networks;

namespace ResNeXt.Benchmarks.Forms;

/// <summary>Measures every form in processes of its own, turn by turn, and prints a Markdown table.</summary>
internal static class FormsCommand
{
    private const int LeastRuns = 5;

    // Turn by turn, so that whatever else the machine does in the meantime meets all forms alike.
    private static readonly BlockForm[] Order =
        [BlockForm.Grouped, BlockForm.EarlyConcatenation, BlockForm.Aggregated, BlockForm.SplitTransformMerge, BlockForm.SplitGrouped];

    public static int Run(string[] options)
    {
        if (Runs(options) is not int runs)
        {
            Console.Error.WriteLine($"The options '{string.Join(' ', options)}' are not understood; give --runs N with N of at least {LeastRuns}, or nothing.");
            return 1;
        }
        var results = Order.ToDictionary(form => form, _ => new List<FormCost>());
        for (int run = 1; run <= runs; run++)
        {
            foreach (BlockForm form in Order)
            {
                Console.Error.WriteLine($"Run {run} of {runs}: {form}");
                results[form].Add(ChildProcess.Measure(form));
            }
        }
        Console.WriteLine($"{FormMeasurement.Description} {runs} runs per form, each in a process of its own; median (smallest to largest).");
        Console.WriteLine();
        FormsTable.Write(Console.Out, results, baseline: BlockForm.Grouped);
        return 0;
    }

    private static int? Runs(string[] options) => options switch
    {
        [] => LeastRuns,
        ["--runs", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out int runs) && runs >= LeastRuns => runs,
        _ => null,
    };
}
