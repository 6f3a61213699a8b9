using System.IO.Compression;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

public sealed class HostileZipTests
{
    private static TorchCheckpoint Valid => new TorchCheckpoint().Floats("0", 1, 2, 3, 4).Tensor("w", "0", 0, [4], [1]);

    [Fact]
    public void Read_ZipBomb_IsRefusedUnopened()
    {
        byte[] pickle = new PickleWriter().Raw("}").Stop();
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (Stream description = archive.CreateEntry("bomb/data.pkl", CompressionLevel.SmallestSize).Open())
            {
                description.Write(pickle);
                description.Write(new byte[50_000_000]);
            }
        }

        Assert.Contains("compressed entry 'bomb/data.pkl'", Reading.Refusal(content.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CompressedStorage_IsRefused() => Assert.Contains("compressed entry", Reading.Refusal(Valid.Zip(method: 8)), StringComparison.Ordinal);

    [Theory]
    [InlineData("archive/data/0", uint.MaxValue - 1)]
    [InlineData("archive/data.pkl", uint.MaxValue - 1)]
    [InlineData("archive/data/0", 15u)]
    [InlineData("archive/data.pkl", 20u)]
    public void Read_EntryThatLiesAboutItsLength_IsRefused(string entry, uint claimed) =>
        Reading.Refusal(Valid.Zip(claimLength: (name, length) => name == entry ? claimed : length));

    [Fact]
    public void Read_MissingStorage_IsRefusedByKey() => Assert.Contains("lacks the storage '9'", Reading.Refusal(ZipWriter.Write(
        [("x/data.pkl", new PickleWriter().Raw("}").Text("w").Global("torch._utils", "_rebuild_tensor").Raw("((").Text("storage")
            .Global("torch", "FloatStorage").Text("9").Text("cpu").Number(1).Raw("tQ").Number(0).Numbers([1]).Numbers([1]).Raw("tRs").Stop())])), StringComparison.Ordinal);

    [Fact]
    public void Read_OtherArchive_IsRefused() =>
        Assert.Contains("without data.pkl", Reading.Refusal(ZipWriter.Write([("word/document.xml", [1])])), StringComparison.Ordinal);

    [Theory]
    [InlineData("constants.pkl", "torch.jit.load(path).state_dict()")]
    [InlineData("archive_format", "torch.export.load(path).state_dict")]
    public void Read_Program_SaysHowToSaveItsWeights(string entry, string part) =>
        Assert.Contains(part, Reading.Refusal(ZipWriter.Write([("model/data.pkl", [1]), ($"model/{entry}", [1])])), StringComparison.Ordinal);

    [Fact]
    public void Read_EmptyArchive_IsRefused() => Assert.Contains("without data.pkl", Reading.Refusal(ZipWriter.Write([])), StringComparison.Ordinal);

    [Fact]
    public void Read_TwoDescriptions_AreRefused() =>
        Assert.Contains("2 folders", Reading.Refusal(ZipWriter.Write([("a/data.pkl", [1]), ("b/data.pkl", [1])])), StringComparison.Ordinal);

    [Fact]
    public void Read_EntryThatStandsTwice_IsRefused() =>
        Assert.Contains("'a/data.pkl' twice", Reading.Refusal(ZipWriter.Write([("a/data.pkl", [1]), ("a/data.pkl", [1])])), StringComparison.Ordinal);

    [Fact]
    public void Read_DirectoryOfTooManyEntries_IsRefused() =>
        Assert.Contains("at most 100000", Reading.Refusal(ZipWriter.Write(Enumerable.Range(0, 100_001).Select(i => ($"{i}", Array.Empty<byte>())), zip64: true)), StringComparison.Ordinal);
}
