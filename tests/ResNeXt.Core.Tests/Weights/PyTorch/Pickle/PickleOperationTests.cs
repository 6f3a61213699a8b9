using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights.PyTorch.Pickle;

/// <summary>The operations of pickles that torch.save writes rarely, or that only older versions of Python wrote.</summary>
public sealed class PickleOperationTests
{
    // Each writes a dictionary in which "w" is the tensor.
    private static readonly Dictionary<string, Action<PickleWriter>> Dictionaries = new()
    {
        ["a group as a dictionary"] = pickle => Tensor(pickle.Raw("(").Text("w")).Raw("d"),
        ["a group as a list of pairs"] = pickle => Tensor(Pairs(pickle, "(").Raw("(").Text("w")).Raw("tl").Raw(0x85).Raw("R"),
        ["a group as a set of pairs"] = pickle => Tensor(Pairs(pickle, "(").Raw("(").Text("w")).Raw("t").Raw(0x91, 0x85).Raw("R"),
        ["a pair appended"] = pickle => Tensor(Pairs(pickle, "]").Text("w")).Raw(0x86).Raw("a").Raw(0x85).Raw("R"),
        ["pairs as lists"] = pickle => Tensor(Pairs(pickle, "](](").Text("w")).Raw("ee").Raw(0x85).Raw("R"),
        ["a memo with a number as text"] = pickle => Tensor(pickle.Raw("}").Text("w").Raw("p300\n0g300\n")).Raw("s"),
        ["a memo with a number of one byte"] = pickle => Tensor(pickle.Raw("}").Text("w").Raw("q").Raw(7).Raw("0h").Raw(7)).Raw("s"),
        ["a memo with a number of four bytes"] = pickle =>
            Tensor(pickle.Raw("}").Text("w").Raw("r").Raw(0, 1, 0, 0).Raw("0j").Raw(0, 1, 0, 0)).Raw("s"),
        ["a memo that counts"] = pickle => Tensor(pickle.Raw("N").Raw(0x94).Raw("0}").Text("w").Raw(0x94).Raw("0h").Raw(1)).Raw("s"),
        ["a group taken away"] = pickle => Tensor(pickle.Raw("}(NN1").Text("w")).Raw("s"),
        ["a value taken away"] = pickle => Tensor(pickle.Raw("}N0").Text("w")).Raw("s"),
        ["objects made of groups"] = pickle => Tensor(pickle.Raw("}").Text("args").Raw("(").Global("argparse", "Namespace").Raw("NosX")
            .Raw(1, 0, 0, 0).Raw("n(Niargparse\nNamespace\ns").Text("w")).Raw("s"),
    };

    // Each writes a shape of one element, or of none.
    private static readonly Dictionary<string, (int[] Shape, Action<PickleWriter> Write)> Shapes = new()
    {
        ["a line"] = ([1], pickle => pickle.Raw("I1\n").Raw(0x85)),
        ["a line with an L"] = ([1], pickle => pickle.Raw("L1L\n").Raw(0x85)),
        ["one byte"] = ([1], pickle => pickle.Raw("K").Raw(1, 0x85)),
        ["two bytes"] = ([1], pickle => pickle.Raw("M").Raw(1, 0, 0x85)),
        ["four bytes"] = ([1], pickle => pickle.Raw("J").Raw(1, 0, 0, 0, 0x85)),
        ["no bytes, which is 0"] = ([0], pickle => pickle.Raw(0x8A, 0, 0x85)),
        ["255 bytes"] = ([1], pickle => pickle.Raw(0x8A, 255, 1).Raw(new byte[254]).Raw(0x85)),
        ["255 bytes after a length of four"] = ([1], pickle => pickle.Raw(0x8B, 255, 0, 0, 0, 1).Raw(new byte[254]).Raw(0x85)),
        ["no bytes after a length of four"] = ([0], pickle => pickle.Raw(0x8B, 0, 0, 0, 0, 0x85)),
        ["a copy"] = ([1, 1], pickle => pickle.Raw("K").Raw(1).Raw("2").Raw(0x86)),
        ["three numbers"] = ([1, 1, 1], pickle => pickle.Raw("K").Raw(1).Raw("22").Raw(0x87)),
        ["eight numbers"] = ([1, 1, 1, 1, 1, 1, 1, 1], pickle => pickle.Raw("(K").Raw(1).Raw("2222222t")),
        ["torch.Size"] = ([1], pickle => pickle.Global("torch", "Size").Raw("K").Raw(1, 0x85, 0x85).Raw("R")),
        ["torch.Size of a list"] = ([1], pickle => pickle.Global("torch", "Size").Raw("]K").Raw(1).Raw("a").Raw(0x85).Raw("R")),
    };

    private static readonly Dictionary<string, Action<PickleWriter>> Literals = new()
    {
        ["float in a line"] = pickle => pickle.Raw("F-1.5e3\n"),
        ["float of eight bytes"] = pickle => pickle.Raw("G").Raw(0x3F, 0xF0, 0, 0, 0, 0, 0, 0),
        ["true in a line"] = pickle => pickle.Raw("I01\n"),
        ["false in a line"] = pickle => pickle.Raw("I00\n"),
        ["negative number in a line"] = pickle => pickle.Raw("I-3\n"),
        ["number of 30 digits"] = pickle => pickle.Raw($"L{new string('9', 30)}L\n"),
        ["smallest integer"] = pickle => pickle.Number(long.MinValue),
        ["text in single quotes"] = pickle => pickle.Raw("S'cuda'\n"),
        ["text in double quotes"] = pickle => pickle.Raw("S\"\"\n"),
        ["text in a line"] = pickle => pickle.Raw("Vcuda\n"),
        ["text of 1,024 characters in a line"] = pickle => pickle.Raw($"V{new string('x', 1024)}\n"),
        ["bytes after a length of eight"] = pickle => pickle.Raw(0x8E, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2),
        ["changeable bytes"] = pickle => pickle.Raw(0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2),
        ["set"] = pickle => pickle.Raw(0x8F).Raw("(K").Raw(1, 0x90),
    };

    public static TheoryData<string> DictionaryNames => [.. Dictionaries.Keys];

    public static TheoryData<string> ShapeNames => [.. Shapes.Keys];

    public static TheoryData<string> LiteralNames => [.. Literals.Keys];

    [Theory]
    [MemberData(nameof(DictionaryNames))]
    public void Read_ADictionaryWrittenInAnyWay_GivesTheTensor(string name)
    {
        var pickle = new PickleWriter();
        Dictionaries[name](pickle);

        StateDict weights = Read(pickle);

        Assert.Equal(["w"], weights.Tensors.Keys);
        Assert.Equal([2f], weights.Values("w"));
    }

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public void Read_AShapeWrittenInAnyWay_GivesIt(string name)
    {
        (int[] shape, Action<PickleWriter> write) = Shapes[name];

        StateDict weights = Read(Tensor(new PickleWriter().Raw("}").Text("w"), write).Raw("s"));

        Assert.Equal(shape, weights.Tensors["w"].Shape);
    }

    [Theory]
    [MemberData(nameof(LiteralNames))]
    public void Read_OtherValuesWrittenInAnyWay_MeanNothing(string name)
    {
        PickleWriter pickle = new PickleWriter().Raw("}").Text("args");
        Literals[name](pickle);

        StateDict weights = Read(Tensor(pickle.Raw("s").Text("w")).Raw("s"));

        Assert.Equal(["w"], weights.Tensors.Keys);
        Assert.Equal([2f], weights.Values("w"));
    }

    [Theory]
    [InlineData("unknown operation", "the operation 0xFE")]
    [InlineData("extension registry", "the operation 0x82")]
    [InlineData("protocol 6", "protocol 6; 0 to 5")]
    [InlineData("tuple without mark", "closes a group that it has not opened")]
    [InlineData("odd items", "other than pairs")]
    [InlineData("items of a number", "other than pairs")]
    [InlineData("append to a dictionary", "not a list")]
    [InlineData("text of 4 GB", "goes on beyond byte")]
    [InlineData("bytes of 2^64 - 1", "goes on beyond byte")]
    [InlineData("integer of 2 GB", "an integer of 2147483647 bytes, more than the 255")]
    [InlineData("integer of -1 bytes", "an integer of 4294967295 bytes, more than the 255")]
    [InlineData("integer in a long line", "a line of more than 1024 characters")]
    [InlineData("integer of letters", "'abc' where an integer belongs")]
    [InlineData("a million lists", "in more than 500000 steps")]
    [InlineData("pairs doubled again and again", "in more than 500000 steps")]
    public void Read_MalformedPickle_SaysWhatIsWrong(string name, string expected) => Assert.Contains(
        expected, Reading.Refusal(TorchCheckpoint.Of(HostileTorchFileTests.MalformedPickles[name], isZip: true)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Scuda\n", "a text without quotes")]
    [InlineData("S'cuda\n", "a text without quotes")]
    [InlineData("S'cuda\"\n", "a text without quotes")]
    [InlineData("S'\n", "a text without quotes")]
    [InlineData("S'a\\x62'\n", "a text with escapes")]
    [InlineData("Va\\u0062\n", "a text with escapes")]
    [InlineData("F1.5.2\n", "'1.5.2' where a number belongs")]
    [InlineData("gx\n", "something that is no number")]
    public void Read_ALineThatMeansNothing_IsRefused(string line, string expected)
    {
        byte[] pickle = new PickleWriter().Raw("}").Text("args").Raw(line).Raw("s").Stop();

        Assert.Contains(expected, Reading.Refusal(TorchCheckpoint.Of(pickle, isZip: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ATypeGivenToAStorageOfAnother_IsRefused() => Assert.Contains("a type to a storage that has another",
        Reading.Refusal(new TorchCheckpoint().Floats("0", 1, 2).Typed("w", "0", offset: 0, count: 1, "float64").Zip()), StringComparison.Ordinal);

    [Fact]
    public void Read_AStorageDescribedInTwoWays_IsRefused()
    {
        PickleWriter pickle = Tensor(Tensor(new PickleWriter().Raw("}").Text("v")).Raw("s").Text("w"), stored: 2).Raw("s");

        Assert.Contains("the storage '0' in two ways", Reading.Refusal(Zip(pickle)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3, 2, 6f)]
    [InlineData(0, 1, 0, 4f)]
    [InlineData(2, 1, 0, 6f)]
    public void Read_LegacyPartUpToTheEndsOfItsStorage_IsRead(long first, long count, long offset, float expected) =>
        Assert.Equal([expected], Reading.Read(Part(first, count, offset)).Values("w"));

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 4)]
    [InlineData(3, 1)]
    public void Read_LegacyPartBeyondTheEndsOfItsStorage_IsRefused(long first, long count) =>
        Assert.Contains("does not lie within it", Reading.Refusal(Part(first, count)), StringComparison.Ordinal);

    private static StateDict Read(PickleWriter pickle) => Reading.Read(Zip(pickle));

    private static byte[] Zip(PickleWriter pickle) => ZipWriter.Write([("x/data.pkl", pickle.Stop()), ("x/data/0", [0, 0, 0, 0x40])]);

    private static byte[] Part(long first, long count, long offset = 0) =>
        new TorchCheckpoint().Floats("0", 4, 5, 6).Tensor("w", "0", offset, [1], [1], part: (first, count)).Legacy();

    private static PickleWriter Pairs(PickleWriter pickle, string start) => pickle.Global("collections", "OrderedDict").Raw(start);

    // The tensor [2], or one of another shape on the same storage.
    private static PickleWriter Tensor(PickleWriter pickle, Action<PickleWriter>? shape = null, long stored = 1)
    {
        shape ??= writer => writer.Numbers([1]);
        return pickle.Tensor(shape, strides: shape, stored);
    }
}
