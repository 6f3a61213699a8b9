using System.IO.Compression;
using System.IO.Hashing;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Tests.Quantization;
using ResNeXt.Core.Tests.Robustness;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class ModelZipTests
{
    private const string Entry = "TransformerChain/Transform_000/OnnxModel";

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    public void ReadOnnx_WeightsThatAreConstant_ComeBackHoweverSmallTheyCompress(float value)
    {
        ClassifierModel model = SmallClassifiers.Create(SmallNetworks.ResNet with { StemWidth = 64 });
        byte[] onnx = OnnxExporter.Write(model with
        {
            Weights = new StateDict(model.Weights.Tensors.Select(item => KeyValuePair.Create(item.Key,
                item.Value with { Values = Enumerable.Repeat(value, item.Value.Values.Length).ToArray() }))),
        });
        byte[] zip = SampleFiles.Zip(onnx, CompressionLevel.SmallestSize);
        Assert.InRange((double)onnx.Length / zip.Length, 20, 1032);

        Assert.Equal(onnx, Read(zip));
        Assert.Equal(model.ClassNames, OnnxReader.Read(Read(zip)).ClassNames);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void ReadOnnx_ModelOf350MegabytesOfConstants_IsAccepted()
    {
        // A field of an unknown number, its length and its content.
        byte[] onnx = [.. SampleFiles.OnnxModel, 0x7A, 0x80, 0xA7, 0xF2, 0xA6, 0x01, .. new byte[350_000_000]];

        Assert.Equal(onnx.Length, Read(SampleFiles.Zip(onnx, CompressionLevel.Fastest)).Length);
    }

    [Fact]
    public void ReadOnnx_BombThatUnfoldsBeyondTheLimit_IsRefusedBeforeItIsUnpacked()
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            for (int part = 0; part < 11; part++)
            {
                using Stream stream = zip.CreateEntry($"{part}/OnnxModel", CompressionLevel.Fastest).Open();
                for (int i = 0; i < 100; i++)
                    stream.Write(zeros);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refusal(content.ToArray());

        Assert.Contains("more than 1073741824 bytes", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    [Fact]
    public void ReadOnnx_EntryThatUnfoldsBeyondItsOwnLength_IsStopped() =>
        Assert.Contains("has more than 20000 bytes", Refusal(Claim(Deflated(new byte[500_000]), 20_000)));

    [Fact]
    public void ReadOnnx_EntryThatIsShorterThanItsLength_IsRefused() =>
        Assert.Contains("has fewer than", Refusal(Claim(Deflated(new byte[5_000]), 20_000)));

    [Fact]
    public void ReadOnnx_EntryThatClaimsWhatNoCompressionGives_IsRefusedUnopened() =>
        Assert.Contains("which no compression gives", Refusal(Claim(Deflated(new byte[5_000]), 500_000_000)));

    [Fact]
    public void ReadOnnx_WrongChecksumInAnyEntry_IsRefusedByItsName()
    {
        byte[] zip = SampleFiles.Zip(SampleFiles.OnnxModel, CompressionLevel.NoCompression);

        Assert.Contains("'TrainingInfo/Version.txt' does not have the checksum", Refusal(SampleFiles.Exchange(zip, "5.0.1", "5.0.2")));
        Assert.Contains("OnnxModel' does not have the checksum", Refusal(SampleFiles.Exchange(zip, "small_resnet", "Small_resnet")));
    }

    [Fact]
    public void ReadOnnx_EntryThatIsThereTwice_IsRefused() =>
        Assert.Contains("twice", Refusal(ZipWriter.Write([(Entry, [0, 0, 0, 0]), (Entry, [0, 0, 0, 0])])));

    [Fact]
    public void ReadOnnx_EmptyNetworkOfAnotherTransformer_IsPassedOver() => Assert.Contains("has no ResNeXt", Refusal(ZipWriter.Write(
        [(Entry, [0, 0, 0, 0])], checksum: content => Crc32.HashToUInt32(content))));

    [Fact]
    public void ReadOnnx_EntryTooShortForALength_IsRefused() => Assert.Contains("has -1 bytes in an entry of 3", Refusal(ZipWriter.Write([(Entry, [0, 0, 0])])));

    [Fact]
    public void Verify_OfAModelWithoutAResNeXt_ComparesItAllTheSame()
    {
        byte[] sound = SampleFiles.Zip([1, 2, 3], CompressionLevel.NoCompression);
        using var file = new TemporaryFile(sound);
        using var damaged = new TemporaryFile(SampleFiles.Exchange(sound, "5.0.1", "5.0.2"));

        ModelZip.Verify(file.Path);
        Assert.Throws<InvalidDataException>(() => ModelZip.Verify(damaged.Path));
    }

    [Theory]
    [InlineData("Schema", true)]
    [InlineData("TransformerChain/Loader/Schema.idv", true)]
    [InlineData("Data.idv", false)]
    public void Verify_OfColumnsThatSayTheyHaveMoreThanTheyHave_RefusesThemWhereMLNetReadsThem(string entry, bool isRefused)
    {
        // One column, whose name is too long.
        byte[] columns = [.. "CML\0DVB\0"u8, .. new byte[248], 99];
        columns[25] = columns[48] = 1;
        using var file = new TemporaryFile(ZipWriter.Write([(entry, columns)], checksum: content => Crc32.HashToUInt32(content)), "model.zip");

        Exception? refusal = Record.Exception(() => ModelZip.Verify(file.Path));

        Assert.Equal(isRefused, refusal is InvalidDataException { Message: var message } && message.Contains("more than its 257 bytes"));
        Assert.Equal(isRefused, refusal is not null);
    }

    [Fact]
    public void Verify_OfColumnsOfMoreBytesThanAreAccepted_RefusesThemBeforeMemoryIsReserved()
    {
        byte[] columns = [.. "CML\0DVB\0"u8, .. new byte[1 << 26]];
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream stream = zip.CreateEntry("Schema", CompressionLevel.Fastest).Open())
            stream.Write(columns);
        using var file = new TemporaryFile(content.ToArray(), "model.zip");
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Assert.Throws<InvalidDataException>(() => ModelZip.Verify(file.Path)).Message;

        Assert.Contains("67108872 bytes in the list of its columns, 'Schema'; 67108864 are accepted", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static byte[] Deflated(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(content);
        return compressed.ToArray();
    }

    // An archive with those bytes as a deflated entry that says it has that length.
    private static byte[] Claim(byte[] deflated, uint length)
    {
        byte[] zip = ZipWriter.Write([("Version.txt", deflated)], method: 8);
        int directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.GetBytes(length).CopyTo(zip, directory + 24);
        return zip;
    }

    private static byte[] Read(byte[] zip)
    {
        using var file = new TemporaryFile(zip, "model.zip");
        return ModelZip.ReadOnnx(file.Path);
    }

    private static string Refusal(byte[] zip)
    {
        using var file = new TemporaryFile(zip, "model.zip");
        string message = Assert.Throws<InvalidDataException>(() => ModelZip.ReadOnnx(file.Path)).Message;
        Assert.Contains(file.Path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
