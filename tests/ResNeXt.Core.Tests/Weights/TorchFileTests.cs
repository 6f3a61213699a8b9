using System.Runtime.InteropServices;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Well-formed checkpoints; each test in both formats of torch.save.</summary>
public sealed class TorchFileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_SeveralTensors_KeepsNamesOrderShapesAndBits(bool isZip)
    {
        float[] values = [1.5f, -0f, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7FC12345), float.Epsilon, 3];
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("7", values).Floats("8", 42)
            .Tensor("z", "7", 0, [2, 3], [3, 1]).Tensor("a", "8", 0, [], []);

        StateDict weights = Reading.Read(checkpoint.Write(isZip));

        Assert.Equal(["z", "a"], weights.Tensors.Keys);
        Assert.Equal([2, 3], weights.Tensors["z"].Shape);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), weights.Values("z").Select(BitConverter.SingleToUInt32Bits));
        Assert.Empty(weights.Tensors["a"].Shape);
        Assert.Equal([42f], weights.Values("a"));
        Assert.Empty(weights.Metadata);
    }

    [Fact]
    public void Read_Zip64_ReadsIt()
    {
        byte[] content = new TorchCheckpoint().Floats("0", 1, 2).Tensor("w", "0", 0, [2], [1]).Zip(zip64: true);

        Assert.Equal([1f, 2f], Reading.Read(content).Values("w"));
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    public void Read_TrainingCheckpoint_TakesTheNetworkOnly(string wrapper)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint { Wrapper = wrapper }.Floats("0", 1).Tensor("w", "0", 0, [1], [1])
            .Entry("epoch", pickle => pickle.Number(3)).Entry("nested", pickle => pickle.Raw("}"));

        Assert.Equal(["w"], Reading.Read(checkpoint.Legacy()).Tensors.Keys);
        Assert.Equal(["w"], Reading.Read(checkpoint.Zip()).Tensors.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Parameter_IsItsTensor(bool isZip)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1, 2).Tensor("w", "0", 0, [2], [1], isParameter: true);

        Assert.Equal([1f, 2f], Reading.Read(checkpoint.Write(isZip)).Values("w"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_HalfBFloat16Double_BecomeFloat(bool isZip)
    {
        byte[] halves = MemoryMarshal.AsBytes([(Half)1.5f, Half.MaxValue, Half.Epsilon, Half.NegativeInfinity]).ToArray();
        byte[] doubles = MemoryMarshal.AsBytes([0.1, -1e300, 2.0]).ToArray();
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("h", "HalfStorage", 4, halves).Storage("d", "DoubleStorage", 3, doubles)
            .Storage("b", "BFloat16Storage", 2, [0x80, 0x3F, 0x49, 0xC0])
            .Tensor("half", "h", 0, [4], [1]).Tensor("double", "d", 0, [3], [1]).Tensor("bfloat16", "b", 0, [2], [1]);

        StateDict weights = Reading.Read(checkpoint.Write(isZip));

        Assert.Equal([1.5f, 65504f, 5.9604645e-8f, float.NegativeInfinity], weights.Values("half"));
        Assert.Equal([0.1f, float.NegativeInfinity, 2f], weights.Values("double"));
        Assert.Equal([1f, -3.140625f], weights.Values("bfloat16"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_StridedViewsOfOneStorage_AreGatheredRowByRow(bool isZip)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
            .Tensor("whole", "0", 0, [3, 4], [4, 1]).Tensor("transposed", "0", 0, [4, 3], [1, 4])
            .Tensor("column", "0", 2, [3], [4]).Tensor("middle", "0", 5, [2, 2], [4, 1])
            .Tensor("expanded", "0", 11, [2, 3], [0, 0]).Tensor("unit", "0", 3, [1, 2], [999, 1]).Tensor("empty", "0", 500, [0, 2], [2, 1]);

        StateDict weights = Reading.Read(checkpoint.Write(isZip));

        Assert.Equal([0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], weights.Values("whole"));
        Assert.Equal([0f, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], weights.Values("transposed"));
        Assert.Equal([4, 3], weights.Tensors["transposed"].Shape);
        Assert.Equal([2f, 6, 10], weights.Values("column"));
        Assert.Equal([5f, 6, 9, 10], weights.Values("middle"));
        Assert.Equal([11f, 11, 11, 11, 11, 11], weights.Values("expanded"));
        Assert.Equal([3f, 4], weights.Values("unit"));
        Assert.Empty(weights.Values("empty"));
    }

    [Fact]
    public void Read_ViewOnTheEndOfAHalfStorage_ReadsFromThere()
    {
        byte[] halves = MemoryMarshal.AsBytes([(Half)1, (Half)2, (Half)3, (Half)4]).ToArray();

        Assert.Equal([3f, 4f], Reading.Read(new TorchCheckpoint().Storage("h", "HalfStorage", 4, halves).Tensor("w", "h", 2, [2], [1]).Zip()).Values("w"));
    }

    [Fact]
    public void Read_LegacyPartOfAStorage_CountsFromItsStart()
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 0, 1, 2, 3, 4, 5).Tensor("w", "0", 1, [2], [1], part: (2, 3));

        Assert.Equal([3f, 4f], Reading.Read(checkpoint.Legacy()).Values("w"));
    }

    [Fact]
    public void Read_LegacyTensorBehindOthersThatAreNotTaken_IsFound()
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("n", "LongStorage", 1, new byte[8]).Floats("0", 5)
            .Tensor("bn.num_batches_tracked", "n", 0, [], []).Tensor("w", "0", 0, [1], [1]);

        StateDict weights = Reading.Read(checkpoint.Legacy());

        Assert.Equal(["w"], weights.Tensors.Keys);
        Assert.Equal([5f], weights.Values("w"));
    }

    [Fact]
    public void Read_StorageLargerThanAPiece_KeepsEveryValue()
    {
        Half[] halves = [.. Enumerable.Range(0, 600_000).Select(i => (Half)(i % 2048))];
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("h", "HalfStorage", halves.Length, MemoryMarshal.AsBytes(halves.AsSpan()).ToArray())
            .Tensor("w", "h", 0, [600, 1000], [1000, 1]);

        Assert.Equal(halves.Select(half => (float)half), Reading.Read(checkpoint.Zip()).Values("w"));
    }

    // Python 2 wrote an OrderedDict as a call with pairs, and its texts as byte strings.
    [Fact]
    public void Read_DictionaryOfPairs_ReadsIt()
    {
        byte[] pickle = new PickleWriter().Global("collections", "OrderedDict").Raw("(](](").Raw((byte)'U', 1, (byte)'w')
            .Global("torch._utils", "_rebuild_tensor").Raw("((").Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(1).Raw("tQ")
            .Number(0).Numbers([1]).Numbers([1]).Raw("tReetR").Stop();

        Assert.Equal([2f], Reading.Read(ZipWriter.Write([("x/data.pkl", pickle), ("x/data/0", [0, 0, 0, 0x40])])).Values("w"));
    }

    [Fact]
    public void Read_ProtocolFour_ReadsIt()
    {
        // PROTO 4, FRAME, texts as SHORT_BINUNICODE, memo by MEMOIZE, names by STACK_GLOBAL.
        byte[] pickle = new PickleWriter().Raw(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0).Raw("}").Raw(0x94, 0x8C, 1, (byte)'w')
            .Raw(0x8C, 12).Raw("torch._utils").Raw(0x8C, 18).Raw("_rebuild_tensor_v2").Raw(0x93)
            .Raw("((").Raw(0x8C, 7).Raw("storage").Raw(0x8C, 5).Raw("torch").Raw(0x94, 0x8C, 12).Raw("FloatStorage").Raw(0x93)
            .Raw(0x8C, 1).Raw("0").Raw("NK").Raw(1).Raw("tQK").Raw(0).Raw("K").Raw(1).Raw(0x85).Raw("K").Raw(1).Raw(0x85, 0x89).Raw("}tRs").Stop();

        Assert.Equal([2f], Reading.Read(ZipWriter.Write([("x/data.pkl", pickle), ("x/data/0", [0, 0, 0, 0x40])])).Values("w"));
    }

    [Fact]
    public void Read_ArchiveWrittenByTheFramework_ReadsIt()
    {
        byte[] own = new TorchCheckpoint().Floats("0", 1, 2).Tensor("w", "0", 0, [2], [1]).Zip();
        using var rewritten = new MemoryStream();
        using (var target = new System.IO.Compression.ZipArchive(rewritten, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        using (var original = new System.IO.Compression.ZipArchive(new MemoryStream(own)))
        {
            foreach (System.IO.Compression.ZipArchiveEntry entry in original.Entries)
            {
                using Stream from = entry.Open();
                using Stream to = target.CreateEntry(entry.FullName, System.IO.Compression.CompressionLevel.NoCompression).Open();
                from.CopyTo(to);
            }
        }

        Assert.Equal([1f, 2f], Reading.Read(rewritten.ToArray()).Values("w"));
    }
}
