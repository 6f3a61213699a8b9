using System.IO.Compression;
using System.Text;
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

    // The file names the assemblies of the steps, which ML.NET loads: the first name is none, the second that of a library that does not exist.
    [Theory]
    [InlineData("cc7b13ffcd2ddd51", "cc7b13f\u00ffcd2ddd51")]
    [InlineData("Microsoft.ML", "Microsoft.MM")]
    public void LoadVerified_OfAnAssemblyThatCannotBeLoaded_SaysThatTheModelIsDamaged(string name, string forged)
    {
        using var archive = new ZipArchive(new MemoryStream(Saved(isInt8: false)));
        byte[] sought = Encoding.Unicode.GetBytes(name);
        ZipArchiveEntry entry = archive.Entries.First(entry => entry.Name == "Model.key" && RewrittenZip.Content(entry).AsSpan().IndexOf(sought) >= 0);
        byte[] content = RewrittenZip.Content(entry);
        Encoding.Unicode.GetBytes(forged).CopyTo(content, content.AsSpan().IndexOf(sought));
        using var file = new TemporaryFile(RewrittenZip.With(archive, entry.FullName, content), "model.zip");

        string message = Assert.Throws<InvalidDataException>(() => MlContext.Model.LoadVerified(file.Path, out _)).Message;

        Assert.Contains("is damaged", message);
        Assert.DoesNotContain(" at ", message);
    }

    [Fact]
    public void LoadVerified_OfAChainOfMoreStepsThanTheFileHas_RefusesItBeforeMemoryIsReserved()
    {
        const int Steps = 256;
        using var archive = new ZipArchive(new MemoryStream(Saved(isInt8: false)));
        ZipArchiveEntry entry = archive.GetEntry("TransformerChain/Model.key")!;
        byte[] content = RewrittenZip.Content(entry);
        BitConverter.GetBytes(100_000_000).CopyTo(content, Steps);
        using var file = new TemporaryFile(RewrittenZip.With(archive, entry.FullName, content), "model.zip");
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Assert.Throws<InvalidDataException>(() => MlContext.Model.LoadVerified(file.Path, out _)).Message;

        Assert.Contains("says it has 100000000 steps", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

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
