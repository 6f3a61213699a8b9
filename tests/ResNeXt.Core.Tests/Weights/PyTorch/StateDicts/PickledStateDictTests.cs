using System.Runtime.InteropServices;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights.PyTorch.StateDicts;

/// <summary>Which of the dictionaries of a checkpoint holds the network.</summary>
public sealed class PickledStateDictTests
{
    private const long Elements = 2, Stored = 3;

    private static readonly Action<PickleWriter> Filters = pickle => Tensor(pickle, [Elements, 1, 1, 1]), Bias = pickle => Tensor(pickle, [Elements]);

    [Fact]
    public void Find_AmongDictionaries_TakesTheOneWithFilters()
    {
        Action<PickleWriter> network = Dictionary(("conv.weight", Filters), ("conv.bias", Bias)), means = Dictionary(("mean", Bias));

        Assert.Equal(["conv.weight", "conv.bias"], Names(Dictionary(("means", means), ("generator", network))));
        Assert.Equal(["conv.weight", "conv.bias"], Names(Dictionary(("generator", network), ("means", means))));
        Assert.Equal(["conv.weight", "conv.bias"], Names(Dictionary(("mean", Bias), ("generator", network))));
        Assert.Equal(["conv.weight", "conv.bias"], Names(Dictionary(("conv.weight", Filters), ("conv.bias", Bias), ("generator", means))));
        Assert.Equal(["conv.weight"], Names(Dictionary(("conv.weight", Filters), ("discriminator", network))));
        Assert.Equal(["mean"], Names(Dictionary(("mean", Bias), ("means", means))));
    }

    [Theory]
    [InlineData("optimizer_g")]
    [InlineData("lr_schedulers")]
    [InlineData("GradScaler")]
    public void Find_BesideTheStateOfATraining_TakesTheNetwork(string key)
    {
        Action<PickleWriter> state = Dictionary(("exp_avg", Filters)), network = Dictionary(("conv.weight", Filters));

        Assert.Equal(["conv.weight"], Names(Dictionary((key, state), ("generator", network))));
        Assert.Equal(["conv.weight"], Names(Dictionary(("generator", network), (key, state))));
    }

    [Fact]
    public void Find_InListsAndTuples_TakesTheFirstNetwork()
    {
        Action<PickleWriter> network = Dictionary(("conv.weight", Filters));

        Assert.Equal(["conv.weight"], Names(pickle => network(pickle.Raw("(").Text("epoch").Raw("K").Raw(3)), "t"));
        Assert.Equal(["conv.weight"], Names(pickle => network(pickle.Raw("](").Text("epoch").Raw("N")), "e"));
        Assert.Equal(["conv.weight"], Names(Dictionary(("networks", pickle => { network(pickle.Raw("(N")); pickle.Raw("t"); }))));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Find_DeepInOtherDictionaries_EndsAtFive(int wrappers, bool isFound)
    {
        Action<PickleWriter> nested = Dictionary(("conv.weight", Filters));
        for (int i = 0; i < wrappers; i++)
            nested = Dictionary(("inner", nested));

        if (isFound)
            Assert.Equal(["conv.weight"], Names(nested));
        else
            Assert.Contains("holds no tensors by name, but 'inner' (a dictionary).", Refusal(nested), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_WithoutTensors_ShowsSomeKeys()
    {
        Action<PickleWriter> nothing = pickle => pickle.Raw("N");

        string message = Refusal(Dictionary([.. Enumerable.Range(0, 30).Select(i => ($"key{i}", nothing))]));

        Assert.Contains("'key0' (", message, StringComparison.Ordinal);
        Assert.Contains(", ....", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'key29'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("...", Refusal(Dictionary(("key", nothing))), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfANameThatOccursTwice_TakesTheLater() => Assert.Equal([7f, 8f], Reading.Read(
        Zip(Dictionary(("w", pickle => Tensor(pickle, [2])), ("w", pickle => Tensor(pickle, [2], offset: 1))))).Values("w"));

    private static IEnumerable<string> Names(Action<PickleWriter> root, string end = "") => Reading.Read(Zip(root, end)).Tensors.Keys;

    private static string Refusal(Action<PickleWriter> root) => Reading.Refusal(Zip(root));

    private static byte[] Zip(Action<PickleWriter> root, string end = "")
    {
        var pickle = new PickleWriter();
        root(pickle);
        return ZipWriter.Write([("x/data.pkl", pickle.Raw(end).Stop()), ("x/data/0", MemoryMarshal.AsBytes([6f, 7f, 8f]).ToArray())]);
    }

    private static Action<PickleWriter> Dictionary(params (string Key, Action<PickleWriter> Value)[] items) => pickle =>
    {
        pickle.Raw("}(");
        foreach ((string key, Action<PickleWriter> value) in items)
            value(pickle.Text(key));
        pickle.Raw("u");
    };

    private static void Tensor(PickleWriter pickle, long[] shape, long offset = 0) =>
        pickle.Tensor(writer => writer.Numbers(shape), writer => writer.Numbers(shape.Select(_ => 1L)), Stored, offset);
}
