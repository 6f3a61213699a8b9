using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Tar archives that ask for too much, that can be read in two ways or are damaged.</summary>
public sealed class HostileTorchTarFileTests
{
    [Theory]
    [MemberData(nameof(HostileTorchFileTests.Attacks), MemberType = typeof(HostileTorchFileTests))]
    public void Read_ForeignObject_IsRefusedByName(string name, byte[] pickle)
    {
        byte[] whole = TorchTar.Of(pickle);
        byte[][] contents = [whole, TorchTar.Write(pickle, pickle, pickle, pickle), TorchTar.Write(TorchTar.SysInfo(), pickle, pickle, pickle)];
        foreach (byte[] content in contents)
        {
            string message = Reading.Refusal(content);
            Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
            Assert.Contains("nothing of it was executed", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(HostileTorchFileTests.Malformed), MemberType = typeof(HostileTorchFileTests))]
    public void Read_MalformedPickle_IsRefused(string name)
    {
        byte[] pickle = HostileTorchFileTests.MalformedPickles[name];
        Reading.Refusal(TorchTar.Of(pickle));
        Reading.Refusal(TorchTar.Write(TorchTar.SysInfo(), pickle, pickle, pickle));
    }

    [Theory]
    [InlineData("torch.nn.parameter", "Parameter")]
    [InlineData("torch", "FloatTensor")]
    public void Read_NameOfTheTarFormatElsewhere_IsRefusedByName(string module, string name)
    {
        byte[] pickle = new PickleWriter().Raw("}").Text("w").Global(module, name).Raw("s").Stop();

        Assert.Contains($"'{module}.{name}'", Reading.Refusal(TorchCheckpoint.Of(pickle, isZip: true)), StringComparison.Ordinal);
        Assert.Contains($"'{module}.{name}'", Reading.Refusal(TorchCheckpoint.Of(pickle, isZip: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SourceOfAClassAsPersistentId_IsRefused()
    {
        string message = Entry(pickle => pickle.Tuple(id => id.Global("mine", "Net"), id => id.Text("net.py"), id => id.Text("import os")).Raw("Q"));

        Assert.Contains("'mine.Net'", message, StringComparison.Ordinal);
        Assert.Contains("something other than a tensor", Entry(pickle => pickle.Tuple(id => id.Text("Net"), id => id.Text("net.py")).Raw("Q")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", "'7'")]
    [InlineData("1.0", "something other")]
    [InlineData("99999999999999999999", "something other")]
    public void Read_UnknownTensor_IsRefused(string id, string expected) =>
        Assert.Contains(expected, Entry(pickle => pickle.Text(id).Raw("Q")), StringComparison.Ordinal);

    [Fact]
    public void Read_ParameterOfNoTensor_IsRefused()
    {
        Assert.Contains("without a tensor", Entry(pickle => Parameter(pickle)), StringComparison.Ordinal);
        Assert.Contains("describes a parameter", Entry(pickle => Parameter(pickle).Raw("(NNNNNtb")), StringComparison.Ordinal);
        Assert.Contains("describes a parameter", Entry(pickle => TorchTar.Refer(Parameter(pickle).Raw("("), 1).Raw("NN").Raw(0x88, 0x89).Raw("tb")),
            StringComparison.Ordinal);
        Assert.Contains("describes a parameter", Entry(pickle => Parameter(pickle).Raw("NNN").Raw(0x87).Raw("b")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, new long[] { 5 }, new long[] { 1 }, "reaches beyond its storage of 4")]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 }, "reaches beyond its storage of 4")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, "reaches beyond its storage of 4")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "offset and strides")]
    [InlineData(0, new long[] { 2 }, new long[] { -1 }, "offset and strides")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "more elements")]
    [InlineData(0, new long[] { 1L << 40 }, new long[] { 0 }, "more elements")]
    [InlineData(0, new long[] { 1 << 30 }, new long[] { 0 }, "would unfold into 1073741825 elements")]
    [InlineData(0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "9 dimensions; 0 to 8")]
    public void Read_ImpossibleTensor_IsRefused(long offset, long[] shape, long[] strides, string expected) => Assert.Contains(expected,
        Reading.Refusal(new TorchTar().Floats(1, 1, 2, 3, 4).Tensor(2, 1, offset, shape, strides).Named("w", 2).Write()), StringComparison.Ordinal);

    [Fact]
    public void Read_TensorsThatDoNotFitTheirMember_AreRefused()
    {
        Refused("-1 dimensions", new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1], rank: -1));
        Refused($"{int.MaxValue} dimensions", new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1], rank: int.MaxValue));
        Refused("goes on beyond its end", new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1], rank: 2));
        Refused("another type", new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1], "DoubleTensor"));
        Refused("not there", new TorchTar().Floats(1, 1).Tensor(2, 9, 0, [1], [1]));
        Refused("'2' twice", new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1]).Tensor(2, 1, 0, [1], [1]));
        Refused("'1' twice", new TorchTar().Floats(1, 1).Tensor(1, 1, 0, [1], [1]));
        Refused("'w.weight' of type int64",
            new TorchTar().Storage(1, "LongStorage", 1, new byte[8]).Tensor(2, 1, 0, [1], [1], "LongTensor").Named("w.weight", 2));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void Read_StorageOfAnImpossibleCount_IsRefused(long count) => Refused($"a storage of {count} elements",
        new TorchTar().Storage(1, "DoubleStorage", count, new byte[24]).Tensor(2, 1, 0, [1], [1], "DoubleTensor"));

    [Theory]
    [InlineData(1, 1, 0, 1)]
    [InlineData(3, 2, 0, 1)]
    [InlineData(3, 1, 1, 2)]
    [InlineData(3, 1, -1, 1)]
    [InlineData(3, 1, 0, -1)]
    [InlineData(3, 1, long.MaxValue, long.MaxValue)]
    public void Read_PartBeyondItsStorage_IsRefused(long key, long whole, long offset, long count) =>
        Refused("cuts a part", new TorchTar().Floats(1, 1, 2).Part(key, whole, offset, count).Tensor(4, 1, 0, [1], [1]).Named("w", 4));

    [Theory]
    [InlineData(-1)]
    [InlineData(50_001)]
    [InlineData(long.MaxValue)]
    public void Read_ImpossibleNumberOfRecords_IsRefused(long count)
    {
        TorchTar tar = new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1]).Named("w", 2);

        Assert.Contains("'storages' does not begin with a number", Reading.Refusal(
            TorchTar.Write(TorchTar.SysInfo(), tar.Pickle(), tar.Tensors(), tar.Storages(count))), StringComparison.Ordinal);
        Assert.Contains("'tensors' does not begin with a number", Reading.Refusal(
            TorchTar.Write(TorchTar.SysInfo(), tar.Pickle(), tar.Tensors(count), tar.Storages())), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BigEndianFile_IsRefused() => Refused("little-endian", new TorchTar { LittleEndian = false }.Floats(1, 1));

    private static void Refused(string expected, TorchTar tar) => Assert.Contains(expected, Reading.Refusal(tar.Write()), StringComparison.Ordinal);

    private static string Entry(Action<PickleWriter> value) =>
        Reading.Refusal(new TorchTar().Floats(1, 1).Tensor(2, 1, 0, [1], [1]).Entry("w", value).Write());

    private static PickleWriter Parameter(PickleWriter pickle) => pickle.Global("torch.nn.parameter", "Parameter").Raw(")").Raw(0x81);
}
