using System.Globalization;

namespace ResNeXt.Benchmarks.Int8;

/// <summary>The results as a Markdown table: medians, spreads and ratios.</summary>
internal static class Int8Table
{
    public static void Write(TextWriter writer, IReadOnlyList<Int8Measurement> results, int runs)
    {
        writer.WriteLine($"ONNX Runtime on the CPU, images a second: medians of {runs} runs by turns (smallest to largest). "
            + $"This CPU has {(results[0].HasInt8Instructions ? "" : "no ")}instructions for int8 (VNNI or Arm's dot product).");
        writer.WriteLine();
        writer.WriteLine("| network | batch | float32 | int8 | times as fast | size, of float32 |");
        writer.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (Int8Measurement item in results)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {item.Network} | {item.BatchSize} | {Cell(item.Float32Median, item.Float32)} | {Cell(item.Int8Median, item.Int8)} | {item.Speedup:F2} | {item.SizeRatio:F3} |"));
        }
    }

    private static string Cell(double median, IReadOnlyList<double> sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{median:F1} ({sorted[0]:F1} to {sorted[^1]:F1})");
}
