using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Checkpoints that ask for too much or are damaged; most tests in both formats of torch.save.</summary>
public sealed class HostileTorchFileTests
{
    public static TheoryData<string, byte[]> Attacks
    {
        get
        {
            var attacks = new TheoryData<string, byte[]>
            {
                { "os.system", new PickleWriter().Global("os", "system").Raw("(").Text("echo").Raw("tR").Stop() },
                { "posix.system", new PickleWriter().Raw("(").Text("echo").Raw("iposix\nsystem\n").Stop() },
                { "nt.system", new PickleWriter().Text("nt").Text("system").Raw(0x93).Text("echo").Raw(0x85).Raw("R").Stop() },
                { "builtins.eval", new PickleWriter().Raw("(").Global("builtins", "eval").Text("1").Raw("o").Stop() },
                { "subprocess.Popen", new PickleWriter().Global("subprocess", "Popen").Raw(")").Raw(0x81).Stop() },
                { "torch.load", new PickleWriter().Raw("}").Text("w").Global("torch", "load").Raw("s").Stop() },
                { "torch._utils._rebuild_tensor_v2.__globals__", new PickleWriter().Global("torch._utils", "_rebuild_tensor_v2.__globals__").Stop() },
            };
            return attacks;
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Read_ForeignObject_IsRefusedByName(string name, byte[] pickle)
    {
        foreach (bool isZip in new[] { true, false })
        {
            string message = Reading.Refusal(TorchCheckpoint.Of(pickle, isZip));
            Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
            Assert.Contains("nothing of it was executed", message, StringComparison.Ordinal);
        }
        Assert.Contains($"'{name}'", Reading.Refusal(pickle), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ForeignObjectOfAHugeName_IsRefusedInAShortMessage() =>
        Reading.Refusal(new PickleWriter().Text(new string('\n', 100_000)).Text("x").Raw(0x93).Stop());

    // By name, because xunit would write a million bytes of a theory's data as text, each by itself, before the first test.
    internal static readonly Dictionary<string, byte[]> MalformedPickles = new()
    {
        ["unknown operation"] = new PickleWriter().Raw(0xFE).Stop(),
        ["extension registry"] = new PickleWriter().Raw(0x82, 1).Stop(),
        ["protocol 6"] = new PickleWriter().Raw(0x80, 6).Stop(),
        ["empty stack"] = new PickleWriter().Stop(),
        ["pop of nothing"] = new PickleWriter().Raw("0").Stop(),
        ["pop below a mark"] = new PickleWriter().Raw("N(0").Stop(),
        ["tuple without mark"] = new PickleWriter().Raw("t").Stop(),
        ["unknown memo"] = new PickleWriter().Raw((byte)'h', 7).Stop(),
        ["odd items"] = new PickleWriter().Raw("}(Nu").Stop(),
        ["items of a number"] = new PickleWriter().Raw("NNNs").Stop(),
        ["append to a dictionary"] = new PickleWriter().Raw("}Na").Stop(),
        ["call of a text"] = new PickleWriter().Text("os.system").Raw(")R").Stop(),
        ["call of a storage type"] = new PickleWriter().Global("torch", "FloatStorage").Raw(")R").Stop(),
        ["attributes of a tuple"] = new PickleWriter().Raw(")}b").Stop(),
        ["persistent id of a module"] = new PickleWriter().Tuple(pickle => pickle.Text("module")).Raw("Q").Stop(),
        ["text of 4 GB"] = new PickleWriter().Raw((byte)'X', 0xFF, 0xFF, 0xFF, 0xFF).Stop(),
        ["text of 2^63 bytes"] = new PickleWriter().Raw(0x8D, 0, 0, 0, 0, 0, 0, 0, 0x80).Stop(),
        ["bytes of 2^64 - 1"] = new PickleWriter().Raw(0x8E, 255, 255, 255, 255, 255, 255, 255, 255).Stop(),
        ["integer of 2 GB"] = new PickleWriter().Raw(0x8B, 0xFF, 0xFF, 0xFF, 0x7F).Stop(),
        ["integer of -1 bytes"] = new PickleWriter().Raw(0x8B, 0xFF, 0xFF, 0xFF, 0xFF).Stop(),
        ["integer in a long line"] = new PickleWriter().Raw("L" + new string('9', 100_000) + "\n").Stop(),
        ["integer of letters"] = new PickleWriter().Raw("Iabc\n").Stop(),
        ["a list"] = new PickleWriter().Raw("]").Stop(),
        ["a number"] = new PickleWriter().Raw("N").Stop(),
        ["an empty dictionary"] = new PickleWriter().Raw("}").Stop(),
        ["a list that holds itself"] = new PickleWriter().Raw("]").Raw((byte)'q', 0).Raw("h").Raw(0).Raw("a").Stop(),
        ["a dictionary that holds itself"] = new PickleWriter().Raw("}").Raw((byte)'q', 0).Text("state_dict").Raw((byte)'h', 0).Raw("s").Stop(),
        ["tuples a million deep"] = new PickleWriter().Raw("N").Raw([.. Enumerable.Repeat((byte)0x85, 1_000_000)]).Stop(),
        ["a million lists"] = new PickleWriter().Raw(new string(']', 1_000_000)).Stop(),
        ["pairs doubled again and again"] = new PickleWriter().Raw("](").Each(Enumerable.Range(0, 2000), (pickle, _) => pickle.Raw("NN").Raw(0x86))
            .Raw("e").Raw((byte)'q', 0).Each(Enumerable.Range(0, 2000), (pickle, _) => pickle.Global("collections", "OrderedDict").Raw((byte)'h', 0, 0x85).Raw("R")).Stop(),
    };

    public static TheoryData<string> Malformed => [.. MalformedPickles.Keys];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_MalformedPickle_IsRefused(string name)
    {
        foreach (bool isZip in new[] { true, false })
            Reading.Refusal(TorchCheckpoint.Of(MalformedPickles[name], isZip));
    }

    [Theory]
    [InlineData(0, new long[] { 5 }, new long[] { 1 }, "reaches beyond its storage of 4")]
    [InlineData(1, new long[] { 4 }, new long[] { 1 }, "reaches beyond its storage of 4")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 3, 1 }, "reaches beyond its storage of 4")]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 }, "reaches beyond its storage of 4")]
    [InlineData(0, new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, "reaches beyond its storage of 4")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "offset and strides")]
    [InlineData(0, new long[] { 2 }, new long[] { -1 }, "offset and strides")]
    [InlineData(0, new long[] { 2 }, new long[] { 1, 1 }, "offset and strides")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "more elements")]
    [InlineData(0, new long[] { 1L << 40 }, new long[] { 0 }, "more elements")]
    [InlineData(0, new long[] { 1 << 30, 1 << 30, 1 << 30 }, new long[] { 0, 0, 0 }, "more elements")]
    [InlineData(0, new long[] { 1 << 30 }, new long[] { 0 }, "would unfold into 1073741825 elements")]
    [InlineData(0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "at most 8 whole numbers")]
    public void Read_ImpossibleView_IsRefused(long offset, long[] shape, long[] strides, string expected)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1, 2, 3, 4).Tensor("w", "0", offset, shape, strides);

        Assert.Contains(expected, Reading.Refusal(checkpoint.Zip()), StringComparison.Ordinal);
        Assert.Contains(expected, Reading.Refusal(checkpoint.Legacy()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyViewsThatUnfoldTogether_AreRefused()
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1);
        for (int i = 0; i < 100; i++)
            checkpoint.Tensor($"w{i}", "0", 0, [1000, 1000], [0, 0]);

        Assert.Contains("would unfold into", Reading.Refusal(checkpoint.Zip()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_IntegerTensor_IsRefusedByNameAndType(bool isZip)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("0", "LongStorage", 1, new byte[8]).Tensor("steps.weight", "0", 0, [], []);

        string message = Reading.Refusal(checkpoint.Write(isZip));

        Assert.Contains("'steps.weight' of type int64", message, StringComparison.Ordinal);
        Assert.Contains("bfloat16", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_StorageThatClaimsMoreThanTheFileHas_IsRefused(bool isZip)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("0", "FloatStorage", 1L << 40, new byte[16]).Tensor("w", "0", 0, [4], [1]);

        Assert.Contains("'0'", Reading.Refusal(checkpoint.Write(isZip)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Read_StorageOfAnImpossibleCount_IsRefused(long count)
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("0", "FloatStorage", count, new byte[16]).Tensor("w", "0", 0, [4], [1]);

        Reading.Refusal(checkpoint.Zip());
        Reading.Refusal(checkpoint.Legacy());
    }

    [Fact]
    public void Read_LegacyPartBeyondItsStorage_IsRefused() => Assert.Contains("does not lie within it",
        Reading.Refusal(new TorchCheckpoint().Floats("0", 1, 2).Tensor("w", "0", 0, [1], [1], part: (1, 2)).Legacy()), StringComparison.Ordinal);

    [Fact]
    public void Read_PickleWithoutMagicNumber_IsRefused() =>
        Assert.Contains("magic number", Reading.Refusal(new PickleWriter().Raw("}").Stop()), StringComparison.Ordinal);

    [Fact]
    public void Read_BigEndianArchive_IsRefused() => Assert.Contains("'big'",
        Reading.Refusal(new TorchCheckpoint { ByteOrder = "big" }.Floats("0", 1).Tensor("w", "0", 0, [1], [1]).Zip()), StringComparison.Ordinal);
}
