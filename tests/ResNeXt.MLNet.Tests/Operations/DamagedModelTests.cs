using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using ResNeXt.Core;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Saved models that are damaged or forged: refused in one sentence that names the file.</summary>
public sealed class DamagedModelTests(ITestOutputHelper output)
{
    private static readonly Lazy<byte[]> Sound = new(() =>
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.SaveUncompressed(Trained(reloaded: false, "Image"), Rows().Schema, file.Path);
        return File.ReadAllBytes(file.Path);
    });

    // The checksum of the sound network.
    private static byte[] Seal
    {
        get
        {
            using var archive = new ZipArchive(new MemoryStream(Sound.Value));
            return RewrittenZip.Content(archive.Entries.Where(entry => entry.Name == "OnnxModel").MaxBy(entry => entry.Length)!)[^52..];
        }
    }

    /// <summary>Files in which mutation found faults of earlier versions.</summary>
    [SharedDataTheory]
    [InlineData("crc-wrong-nan-scores.zip")]
    [InlineData("load-argnull-classname.zip")]
    [InlineData("load-argrange-noclasses.zip")]
    [InlineData("load-argrange-size.zip")]
    [InlineData("load-endofstream.zip")]
    [InlineData("load-nullref-input.zip")]
    [InlineData("load-stacktrace-in-message.zip")]
    [InlineData("mlload-2GB-resize.zip")]
    [InlineData("predict-onnxruntimeexception.zip")]
    public void Load_OfAReportedFile_RefusesIt(string name)
    {
        string path = SharedData.Path("data", "reported", "models", name);

        AssertRefused(path, () => ResNeXtTransformer.Load(MlContext, path));
        AssertRefused(path, () => ResNeXtPredictor.Load(MlContext, path));
    }

    [SharedDataTheory]
    [InlineData("crc-wrong-nan-scores.zip")]
    [InlineData("load-stacktrace-in-message.zip")]
    [InlineData("mlload-2GB-resize.zip")]
    [InlineData("load-endofstream.zip")]
    public void LoadVerified_OfAReportedFile_RefusesIt(string name)
    {
        string path = SharedData.Path("data", "reported", "models", name);

        AssertRefused(path, () => MlContext.Model.LoadVerified(path, out _));
    }

    // Each exchange keeps the length, so that the graph around the text stays as it is.
    [Theory]
    [InlineData("\"Labels\":{", "\"Labelz\":{")]
    [InlineData("\"Input\":{", "\"Inpux\":{")]
    [InlineData("\"ColumnName\":\"", "\"ColumnNamf\":\"")]
    [InlineData("\"Score\":\"Score\"", "\"Score\":\"     \"")]
    [InlineData("\"ValueType\":\"String\"", "\"ValueType\":\"Strinx\"")]
    [InlineData("\"ValueType\":\"String\"", "\"ValueType\":\"Single\"")]
    [InlineData("\"Layout\":\"Planar\"", "\"Layout\":    77  ")]
    [InlineData("\"PredictedLabel\":\"PredictedLabel\"", "\"PredictedLabel\":null            ")]
    [InlineData("resnext.class_names", "resnext.class_namez")]
    [InlineData("resnext.architecture", "resnext.architecturf")]
    [InlineData("\"Depths\":[3,3,3]", "\"Depths\":[3,3,4]")]
    [InlineData("\"Height\":", "\"Heighz\":")]
    public void Load_OfAForgedDescription_RefusesIt(string from, string to)
    {
        using var file = new TemporaryFile(Forge(network => Exchange(network, from, to)), "model.zip");

        AssertRefused(file.Path, () => ResNeXtTransformer.Load(MlContext, file.Path));
    }

    // Reading the columns beside the check of the rest does not change which mistake is reported.
    [Theory]
    [InlineData("\"Labels\":{", "\"Labelz\":{", "the label's keys are missing")]
    [InlineData("resnext.class_names", "resnext.class_namez", "no entry 'resnext.class_names'")]
    [InlineData("Softmax", "Softmaz", "'Softmaz'")]
    public void Load_AsPredictor_OfAForgedDescription_NamesTheMistakeAndClosesTheFile(string from, string to, string mistake)
    {
        byte[] network = [];
        using var forged = new TemporaryFile(Forge(original => Exchange(network = original, from, to)), "model.zip");
        using var damaged = new TemporaryFile(Forge(_ => [.. Exchange(network, from, to), .. Seal]), "model.zip");

        Assert.Contains(mistake, AssertRefused(forged.Path, () => ResNeXtPredictor.Load(MlContext, forged.Path)), StringComparison.Ordinal);
        Assert.Contains("checksum", AssertRefused(damaged.Path, () => ResNeXtPredictor.Load(MlContext, damaged.Path)), StringComparison.Ordinal);
        File.Open(forged.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }

    [Fact]
    public void Load_WithOneFlippedBitInAnyEntry_RefusesItByTheEntry()
    {
        byte[] zip = Sound.Value;
        using var archive = new ZipArchive(new MemoryStream(zip));
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Length > 100))
        {
            byte[] changed = [.. zip];
            changed[StartOf(entry.FullName, zip) + (int)entry.CompressedLength / 2] ^= 4;
            using var file = new TemporaryFile(changed, "model.zip");
            // Messages shorten long names.
            string name = $"'{entry.FullName[..Math.Min(entry.FullName.Length, 40)]}";
            Assert.Contains(name, AssertRefused(file.Path, () => ResNeXtTransformer.Load(MlContext, file.Path)));
            Assert.Contains(name, AssertRefused(file.Path, () => MlContext.Model.LoadVerified(file.Path, out _)));
        }
    }

    // Right after the entry's own header, which ends in its name and the optional fields.
    private static int StartOf(string entry, byte[] zip)
    {
        byte[] name = Encoding.UTF8.GetBytes(entry);
        for (int header = 0; ; header++)
        {
            header += zip.AsSpan(header).IndexOf("PK\u0003\u0004"u8);
            int nameLength = BitConverter.ToUInt16(zip, header + 26), optional = BitConverter.ToUInt16(zip, header + 28);
            if (zip.AsSpan(header + 30, nameLength).SequenceEqual(name))
                return header + 30 + nameLength + optional;
        }
    }

    /// <summary>As if the random name of the file that ML.NET writes ended in .ort.</summary>
    [Fact]
    public void LoadVerified_WhereOnnxRuntimeTakesTheFileForOneInItsOwnFormat_LoadsAgain()
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Trained(reloaded: false), Rows().Schema, file.Path);
        int opened = 0;
        var context = new MLContext();
        context.SetOnnxSessionOption(new() { CreateSessionOptions = () =>
        {
            var options = new SessionOptions();
            if (opened++ == 0)
                options.AddSessionConfigEntry("session.load_model_format", "ORT");
            return options;
        } });

        ITransformer model = context.Model.LoadVerified(file.Path, out _);

        Assert.InRange(opened, 2, 4);
        Assert.Equal(ResNeXtTrainerTests.Scores(Trained(reloaded: false).Transform(Rows())), ResNeXtTrainerTests.Scores(model.Transform(Rows())));
    }

    [Fact]
    public void LoadVerified_OfASoundModel_ScoresAsLoadDoes()
    {
        using var file = new TemporaryFile(Sound.Value, "model.zip");

        ITransformer verified = MlContext.Model.LoadVerified(file.Path, out DataViewSchema? schema);

        Assert.NotNull(schema);
        Assert.Equal(ResNeXtTrainerTests.Scores(MlContext.Model.Load(file.Path, out _).Transform(Rows())), ResNeXtTrainerTests.Scores(verified.Transform(Rows())));
    }

    [Fact]
    public void LoadVerified_OfAModelThatMakesHugeImages_RefusesIt()
    {
        using var file = new TemporaryFile(name: "model.zip");
        foreach ((int width, int height, bool allowed) in new[] { (Architecture.MaximumImageSize, 8, true), (8, Architecture.MaximumImageSize + 1, false), (23_170, 23_170, false) })
        {
            ITransformer model = MlContext.Transforms.CopyColumns("Again", "Image")
                .Append(MlContext.Transforms.ResizeImages("Large", width, height, "Again")).Fit(Rows());
            MlContext.Model.Save(model, null, file.Path);
            if (allowed)
                MlContext.Model.LoadVerified(file.Path, out _);
            else
                Assert.Contains("8192 pixels a side", AssertRefused(file.Path, () => MlContext.Model.LoadVerified(file.Path, out _)));
        }
    }

    [Fact]
    public void LoadVerified_OfAZipThatIsNoModel_SaysSo()
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("word/document.xml");
        using var file = new TemporaryFile(content.ToArray(), "model.zip");

        AssertRefused(file.Path, () => MlContext.Model.LoadVerified(file.Path, out _));
        Assert.Throws<FileNotFoundException>(() => MlContext.Model.LoadVerified(file.Path + "x", out _));
    }

    [Fact]
    public void Load_SomeForgedNetworks_ThrowsWhatIsDocumentedOrLoads() => Run(MutationRun.Few);

    [Fact]
    [Trait("Category", "Slow")]
    public void Load_ManyForgedNetworks_ThrowsWhatIsDocumentedOrLoads() => Run(MutationRun.Many);

    // Forged: the checksums are right.
    private void Run(int count)
    {
        byte[] network = [];
        Forge(original => network = original);
        output.WriteLine("Load: " + MutationRun.Check(network, count, zip => Read(zip, path => ResNeXtTransformer.Load(MlContext, path).Dispose()),
            finish: changed => Forge(_ => changed)));
        output.WriteLine("LoadVerified: " + MutationRun.Check(Sound.Value, count, zip => Read(zip, path => (MlContext.Model.LoadVerified(path, out _) as IDisposable)?.Dispose())));
    }

    private static void Read(byte[] zip, Action<string> read)
    {
        using var file = new TemporaryFile(zip, "model.zip");
        read(file.Path);
    }

    /// <summary>The sound model with another network, and checksums that are right.</summary>
    private static byte[] Forge(Func<byte[], byte[]> change)
    {
        using var content = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(Sound.Value)))
        using (var target = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            // Beside the network's there is a small graph with the names of its scores.
            ZipArchiveEntry model = source.Entries.Where(entry => entry.Name == "OnnxModel").MaxBy(entry => entry.Length)!;
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using Stream from = entry.Open(), to = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                var bytes = new byte[entry.Length];
                from.ReadExactly(bytes);
                if (entry == model)
                {
                    // Without its checksum, its last 52 bytes, so that forged content is looked at.
                    byte[] network = change(bytes[4..^52]);
                    bytes = [.. BitConverter.GetBytes(network.Length), .. network];
                }
                to.Write(bytes);
            }
        }
        return content.ToArray();
    }

    private static byte[] Exchange(byte[] network, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        int at = network.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(from));
        Assert.True(at >= 0, from);
        byte[] changed = [.. network];
        Encoding.UTF8.GetBytes(to).CopyTo(changed, at);
        return changed;
    }

    private static string AssertRefused(string path, Action load)
    {
        string message = Assert.Throws<InvalidDataException>(load).Message;
        Assert.Contains($"'{path}'", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
        return message;
    }
}
