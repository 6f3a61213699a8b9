using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Quantization;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>
/// Saved models, in float32 and int8, of which any entry is damaged while all checksums are right, as only somebody who forges a file makes them.
/// They are refused, or score; other exceptions would end a program.
/// </summary>
public sealed class ForgedPipelineTests(ITestOutputHelper output)
{
    // Graphs end in their own checksum, without which forged content is looked at.
    private const int Seal = 52;

    public static TheoryData<string> Kinds => ["float32", "int8"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LoadAndScore_SomeForgedEntries_ThrowsWhatCommandsReportOrScores(string kind) => Run(kind, MutationRun.Few / 2);

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Category", "Slow")]
    public void LoadAndScore_ManyForgedEntries_ThrowsWhatCommandsReportOrScores(string kind) => Run(kind, MutationRun.Many);

    private void Run(string kind, int count)
    {
        byte[] zip = Saved(kind == "int8");
        using var archive = new ZipArchive(new MemoryStream(zip));
        int each = Math.Max(1, count / archive.Entries.Count);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Length > 0))
        {
            byte[] content = RewrittenZip.Content(entry);
            string report = MutationRun.Check(entry.Name == "OnnxModel" ? content[..^Seal] : content, each, LoadAndScore, IsReported,
                changed => RewrittenZip.With(archive, entry.FullName, changed));
            output.WriteLine($"{kind} {entry.FullName}: {report}");
        }
    }

    private static byte[] Saved(bool isInt8)
    {
        using var file = new TemporaryFile(name: "model.zip");
        using ResNeXtTransformer? quantized = !isInt8 ? null : LastStep("Image").Quantize(Rows(),
            new QuantizationOptions { Method = CalibrationMethod.MinimumMaximum, MaximumAccuracyLoss = 1, MinimumAgreement = 0 });
        MlContext.Model.SaveUncompressed(quantized ?? LastStep("Image"), Rows().Schema, file.Path);
        return File.ReadAllBytes(file.Path);
    }

    private static void LoadAndScore(byte[] zip)
    {
        using var file = new TemporaryFile(zip, "model.zip");
        ITransformer model = MlContext.Model.LoadVerified(file.Path, out _);
        try
        {
            _ = model.Transform(Rows(count: 2)).GetColumn<float[]>("Score").ToArray();
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    // The command line says these in one sentence; a column that a forged step does not find is one of them.
    private static bool IsReported(Exception exception) =>
        exception is InvalidDataException or ArgumentException or InvalidOperationException;
}
