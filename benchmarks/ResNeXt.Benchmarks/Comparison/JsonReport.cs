using System.Runtime.InteropServices;
using System.Text.Json;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>The results with every single reading, for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Names are read by people too; nothing here ends up in HTML.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Of(IReadOnlyList<RowResult> results, int runs) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        Processors = Environment.ProcessorCount,
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        Runs = runs,
        Rows = results.Select(result => new
        {
            result.Row.Name,
            result.Row.Work,
            result.Row.Unit,
            result.Row.Target,
            result.Ratio,
            result.IsMet,
            result.Row.PeakTarget,
            result.PeakRatio,
            result.IsPeakMet,
            result.GigaflopsPerSecond,
            ShareOfProduct = ProductRate.ShareOf(result, results),
            Ours = Side(result.Row.Ours.Title, result.OurValue, result.OurPeak, result.Ours),
            Other = result.OtherValue is { } value ? Side(result.Row.Other!.Title, value, result.OtherPeak!.Value, result.Other) : null,
        }),
    }, Options);

    private static object Side(string title, Spread value, double peak, IReadOnlyList<Reading> readings) =>
        new { Title = title, Value = value, PeakMebibytes = peak, Readings = readings };
}
