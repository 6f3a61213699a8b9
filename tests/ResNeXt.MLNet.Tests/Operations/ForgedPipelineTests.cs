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

    // ML.NET reads the number of steps at 256 only.
    [Theory]
    [InlineData(40)]
    [InlineData(264)]
    [InlineData(1 << 30)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void LoadVerified_OfAChainWhoseContentIsElsewhere_RefusesItBeforeMemoryIsReserved(long place)
    {
        const int Place = 16, Steps = 256;
        using TemporaryFile file = Forged("TransformerChain/Model.key", content =>
        {
            BitConverter.GetBytes(place).CopyTo(content, Place);
            BitConverter.GetBytes(100_000_000).CopyTo(content, Steps);
            return content;
        });
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => MlContext.Model.LoadVerified(file.Path, out _)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    // ML.NET waits without end for what is after the end of the file.
    [Theory]
    [InlineData(4)]
    [InlineData(65_539)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task LoadVerified_OfAColumnOfMoreDimensionsThanTheFileHas_RefusesIt(int dimensions)
    {
        using TemporaryFile file = Forged("Schema", content =>
        {
            int vector = content.AsSpan().IndexOf("\u0006Single\u0000\u0003"u8);
            BitConverter.GetBytes(dimensions).CopyTo(content, vector + 8);
            return content;
        });

        Assert.Contains($"'Schema', says that a vector has {dimensions} dimensions, in 12 bytes", await RefusalOf(file));
    }

    // ML.NET would need a stack for all of them, whose end no program survives.
    [Fact]
    public async Task LoadVerified_OfAColumnOfVectorsWithinVectors_RefusesIt()
    {
        using TemporaryFile file = Forged("Schema", content =>
            [.. content[..256], 1, (byte)'a', .. Enumerable.Repeat("\u0007VBuffer\u0000"u8.ToArray(), 100_000).SelectMany(bytes => bytes)]);

        Assert.Contains("has vectors or keys within each other", await RefusalOf(file));
    }

    [Fact]
    public async Task LoadVerified_OfColumnsThatShareTheirAnnotations_RefusesIt()
    {
        using TemporaryFile file = Forged("Schema", KeyedRows().Schema, content =>
        {
            // An offset is the last number of a column.
            int label = content.AsSpan().LastIndexOf("\u0006Number"u8) - sizeof(long), last = content.Length - 2 * sizeof(long);
            Assert.Equal((0, true), (BitConverter.ToInt64(content, last), BitConverter.ToInt64(content, label) > 0));
            content.AsSpan(label, sizeof(long)).CopyTo(content.AsSpan(last));
            return content;
        });

        Assert.Contains("says that it has more than its", await RefusalOf(file));
    }

    [Fact]
    public async Task LoadVerified_OfColumnsThatAreCutOff_RefusesIt()
    {
        using TemporaryFile file = Forged("Schema", content => content[..300]);

        Assert.Contains("says that it has more than its 300 bytes", await RefusalOf(file));
    }

    [Fact]
    public void LoadVerified_OfColumnsOfEveryType_GivesThemBack()
    {
        DataViewSchema schema = ColumnsOfEveryType();
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(LastStep("Image"), schema, file.Path);

        MlContext.Model.LoadVerified(file.Path, out DataViewSchema? loaded);

        Assert.Equal(Described(schema), Described(loaded!));
    }

    private static DataViewSchema ColumnsOfEveryType()
    {
        PrimitiveDataViewType[] items =
        [
            NumberDataViewType.SByte, NumberDataViewType.UInt16, NumberDataViewType.Int64, NumberDataViewType.Single, NumberDataViewType.Double,
            TextDataViewType.Instance, BooleanDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance,
            TimeSpanDataViewType.Instance, RowIdDataViewType.Instance, new KeyDataViewType(typeof(byte), 3), new KeyDataViewType(typeof(ulong), 3),
        ];
        DataViewType[] types =
        [
            .. items,
            .. items.Select(item => new VectorDataViewType(item)),
            .. items.Select(item => new VectorDataViewType(item, 2, 3, 4)),
        ];
        VBuffer<ReadOnlyMemory<char>> names = new(3, ["one".AsMemory(), "two".AsMemory(), "three".AsMemory()]);
        var columns = new DataViewSchema.Builder();
        for (int i = 0; i < types.Length; i++)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
            annotations.Add("IsNormalized", BooleanDataViewType.Instance, (ref bool value) => value = true);
            columns.AddColumn($"Column{i}", types[i], i % 2 == 0 ? annotations.ToAnnotations() : null);
        }
        return columns.ToSchema();
    }

    private static IEnumerable<string> Described(DataViewSchema schema) => schema.Select(column => $"{column.Name} {column.Type} "
        + string.Join(", ", column.Annotations.Schema.Select(item => $"{item.Name} {item.Type}")));

    private static TemporaryFile Forged(string name, Func<byte[], byte[]> change) => Forged(name, Rows().Schema, change);

    private static TemporaryFile Forged(string name, DataViewSchema schema, Func<byte[], byte[]> change)
    {
        using var saved = new MemoryStream();
        MlContext.Model.Save(LastStep("Image"), schema, saved);
        using var archive = new ZipArchive(saved);
        return new TemporaryFile(RewrittenZip.With(archive, name, change(RewrittenZip.Content(archive.GetEntry(name)!))), "model.zip");
    }

    // On another thread, because a fault here is that it does not end.
    private static async Task<string> RefusalOf(TemporaryFile file)
    {
        Task loading = Task.Run(() => MlContext.Model.LoadVerified(file.Path, out _));
        return (await Assert.ThrowsAsync<InvalidDataException>(() => loading.WaitAsync(TimeSpan.FromMinutes(1)))).Message;
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
