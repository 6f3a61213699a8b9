using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Weights as people save them: under keys and prefixes, without or with other last layers, beside other networks.</summary>
public sealed class WeightsAsSavedTests
{
    private const string Source = "mine.pth";

    private static readonly Architecture Tiny = Architectures.Get("resnet20_cifar") with { Name = "tiny", Depths = [1, 1, 1], StemWidth = 4 };

    private static readonly string[] Keys =
    [
        "state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "ema", "params_ema", "state_dict", "model_state_dict", "model_state", "model",
        "net", "network", "module", "params", "weights", "backbone", "encoder", "state", "my_own_key", "checkpoint/model", "state/net/state_dict",
    ];

    public static TheoryData<string> Prefixes =>
        ["module.", "_orig_mod.", "net.", "model.", "backbone.", "encoder.", "module.encoder_q.", "model.module.", "student.backbone.net.", "x.",
            "module._orig_mod.model."];

    public static TheoryData<string> HeadNames =>
        ["fc", "linear", "classifier", "head.fc", "head", "last_linear", "fc.0", "fc.1", "fc.2", "classifier.1", "head.0", "output", "fc.fc",
            "heads.head", "cls"];

    [Fact]
    public void Read_EveryKeyInEveryFormat_FindsTheTensors()
    {
        StateDict weights = Weights();
        foreach (string key in Keys)
        {
            foreach (bool isZip in new[] { true, false })
            {
                StateDict read = Reading.Read(TorchCheckpoint.Of(weights, key).Write(isZip));
                Assert.True(weights.Tensors.Keys.SequenceEqual(read.Tensors.Keys), key);
                Assert.Equal(weights.Values("fc.bias"), read.Values("fc.bias"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Match_EveryPrefixInEveryFormat_IsTakenOff(string prefix)
    {
        StateDict weights = Weights(), renamed = Renamed(weights, name => prefix + name);
        using var safetensors = new TemporaryFile();
        SafetensorsFile.Write(safetensors.Path, renamed);
        StateDict[] files = [renamed, WeightFile.Read(safetensors.Path), Reading.Read(TorchCheckpoint.Of(renamed).Zip()),
            Reading.Read(TorchCheckpoint.Of(renamed, "net").Legacy())];

        Assert.All(files, file =>
        {
            StateDictMatch match = StateDictMatcher.Match(Tiny, 10, file, Source);
            Assert.Equal(weights.Tensors.Keys, match.Weights.Tensors.Keys);
            Assert.Equal(weights.Values("layer2.0.conv1.weight"), match.Weights.Values("layer2.0.conv1.weight"));
            Assert.Empty(match.Notes);
            Assert.Equal(10, StateDictMatcher.ClassesOf(Tiny, file, Source));
        });
    }

    [Theory]
    [MemberData(nameof(HeadNames))]
    public void Match_EveryNameOfTheLastLayer_WithinAPrefixOrBesideIt_IsTheHead(string head)
    {
        StateDict weights = Weights();
        Func<string, string>[] names =
        [
            name => Head(name, head), name => "backbone." + Head(name, head), name => IsHead(name) ? Head(name, head) : "backbone." + name,
            name => "module.model." + (IsHead(name) ? Head(name, head) : "encoder." + name),
        ];

        Assert.All(names, rename =>
        {
            StateDict file = Renamed(weights, rename);
            StateDictMatch match = StateDictMatcher.Match(Tiny, 10, file, Source);
            Assert.Equal(weights.Tensors.Keys, match.Weights.Tensors.Keys);
            Assert.Equal(weights.Values("fc.weight"), match.Weights.Values("fc.weight"));
            Assert.Empty(match.Notes);
        });
    }

    [Fact]
    public void Match_BackboneOnly_StartsTheHeadFreshAndWithHeadRefuses()
    {
        StateDict file = new(Weights().Tensors.Where(tensor => !IsHead(tensor.Key)));

        StateDictMatch match = StateDictMatcher.Match(Tiny, 10, file, Source);

        Assert.True(match.HeadLeftOut);
        Assert.Equal(["mine.pth has no last layer; it starts fresh."], match.Notes);
        Assert.Equal(file.Tensors.Keys, match.Weights.Tensors.Keys);
        Assert.Null(StateDictMatcher.ClassesOf(Tiny, file, Source));
        Assert.Contains("lack the last layer of tiny (fc.weight, fc.bias)",
            Assert.Throws<InvalidDataException>(() => StateDictMatcher.WithHead(Tiny, 10, file, Source)).Message, StringComparison.Ordinal);
        Assert.False(StateDictMatcher.WithHead(Tiny, 10, Weights(), Source).HeadLeftOut);
    }

    [Fact]
    public void Match_HeadOfSeveralLayers_IsLeftOutWithANote()
    {
        StateDict file = new(Renamed(Weights(), name => Head(name, "fc.0"))
            .Tensors.Concat(Set(("fc.1.weight", [10]), ("fc.1.running_mean", [10]), ("fc.2.weight", [5, 10]))));

        StateDictMatch match = StateDictMatcher.Match(Tiny, 10, Renamed(file, name => "module.encoder_q." + name), Source);

        Assert.True(match.HeadLeftOut);
        Assert.Equal("mine.pth has a head of 2 layers ('fc.0', 'fc.2') where this network has one; it is left out.", match.Notes[0]);
        Assert.Contains("head of 2 layers", Assert.Throws<InvalidDataException>(() => StateDictMatcher.WithHead(Tiny, 10, file, Source))
            .Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module.encoder_q.", "module.encoder_k.", "module.encoder_q.")]
    [InlineData("encoder_k.", "encoder_q.", "encoder_q.")]
    [InlineData("online_model.", "ema_model.", "ema_model.")]
    [InlineData("student.", "teacher.", "teacher.")]
    [InlineData("online.", "target.", "online.")]
    [InlineData("first.", "a_second_and_longer_one.", "first.")]
    [InlineData("", "ema.", "ema.")]
    [InlineData("net.", "net.momentum.", "net.")]
    public void Match_TwoNetworks_TakesTheDocumentedOneWithANote(string first, string second, string taken)
    {
        StateDict weights = Weights(), others = Weights(offset: 1000);
        var file = new StateDict([.. Renamed(taken == first ? weights : others, name => first + name).Tensors,
            .. Renamed(taken == first ? others : weights, name => second + name).Tensors]);

        StateDictMatch match = StateDictMatcher.Match(Tiny, 10, file, Source);

        Assert.All(weights.Tensors.Keys, name => Assert.Equal(weights.Values(name), match.Weights.Values(name)));
        Assert.Contains("has 2 networks", Assert.Single(match.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AveragedWeightsBesideOthers_AreTakenWhateverTheOrder()
    {
        foreach (string other in new[] { "state_dict", "model", "net" })
        {
            TorchCheckpoint both = new TorchCheckpoint().Floats("0", 1).Nested(other, "plain", "0").Nested("state_dict_ema", "averaged", "0");
            Assert.Equal(["averaged"], Reading.Read(both.Zip()).Tensors.Keys);
            Assert.Equal(["averaged"], Reading.Read(both.Legacy()).Tensors.Keys);
            Assert.Equal(["plain"],
                Reading.Read(new TorchCheckpoint().Floats("0", 1).Nested(other, "plain", "0").Nested("optimizer", "moment", "0").Zip()).Tensors.Keys);
        }
    }

    [Fact]
    public void Match_TensorsBesideTheNetwork_AreLeftOutWithTheirNames()
    {
        var file = new StateDict([.. Renamed(Weights(), name => "backbone." + name)
            .Tensors, .. Set(("projector.weight", [7, 7, 1, 1]), ("queue", [128, 10]))]);

        StateDictMatch match = StateDictMatcher.Match(Tiny, 10, file, Source);

        Assert.Equal("2 tensors of mine.pth outside of 'backbone.' are left out: 'projector.weight', 'queue'.", Assert.Single(match.Notes));
    }

    [Fact]
    public void Match_ChildrenOfATorchvisionNetworkInASequential_AreUnderstood()
    {
        Architecture resnet18 = Architectures.Get("resnet18");
        var shapes = new StateDict(resnet18.Tensors(10).Where(spec => !IsHead(spec.Name))
            .Select(spec => KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, default))));
        (string, string)[] numbers = [("conv1.", "0."), ("bn1.", "1."), ("layer1.", "4."), ("layer2.", "5."), ("layer3.", "6."), ("layer4.", "7.")];
        StateDict file = Renamed(shapes, name => numbers.Where(pair => name.StartsWith(pair.Item1, StringComparison.Ordinal))
            .Select(pair => pair.Item2 + name[pair.Item1.Length..]).Single());

        Assert.Equal(shapes.Tensors.Keys, StateDictMatcher.Match(resnet18, 10, file, Source).Weights.Tensors.Keys);
        Assert.Equal(shapes.Tensors.Keys, StateDictMatcher.Match(resnet18, 10, Renamed(file, name => "features." + name), Source).Weights.Tensors.Keys);
    }

    [Theory]
    [InlineData("ResNet-26: stages of 4, 4, 4 blocks with 2 convolutions", "layer1.3.conv2.weight", "layer2.3.conv2.weight", "layer3.3.conv2.weight")]
    [InlineData("squeeze-and-excitation", "layer1.0.se.fc1.weight")]
    [InlineData("squeeze-and-excitation", "layer2.0.se_module.fc1.weight")]
    [InlineData("stem of three convolutions", "conv1.0.weight", "conv1.3.weight")]
    [InlineData("Keras", "conv1_conv/kernel:0")]
    [InlineData("Hugging Face Transformers", "convnext.encoder.stages.0.layers.0.dwconv.weight")]
    [InlineData("Detectron2", "backbone.res2.0.conv1.weight")]
    [InlineData("vision transformer", "blocks.0.attn.qkv.weight")]
    [InlineData("VGG", "features.0.weight")]
    [InlineData("timm's ConvNeXt", "stages.0.blocks.0.conv_dw2.weight")]
    [InlineData("Give the architecture", "nothing.known")]
    public void Match_NetworkOfAnotherKind_NamesWhatIsThereAndWhatItIs(string expected, params string[] more)
    {
        IEnumerable<KeyValuePair<string, WeightTensor>> own = more[0].StartsWith("layer", StringComparison.Ordinal) ? Weights().Tensors : [];
        var file = new StateDict([.. own, .. Set([.. more.Select(name => (name, new[] { 1 }))])]);

        string message = Assert.Throws<InvalidDataException>(() => StateDictMatcher.Match(Tiny, 10, file, Source)).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains($"'{more[0]}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_PreActivation_SaysSo()
    {
        StateDict weights = Weights();
        var file = new StateDict(weights.Tensors.Where(tensor => !tensor.Key.StartsWith("bn1.", StringComparison.Ordinal)).Select(tensor =>
            tensor.Key.StartsWith("layer2.0.bn1.", StringComparison.Ordinal) ? KeyValuePair.Create(tensor.Key, new WeightTensor([4], new float[4]))
                : tensor));

        Assert.Contains("pre-activation", Assert.Throws<InvalidDataException>(() => StateDictMatcher.Match(Tiny, 10, file, Source))
            .Message, StringComparison.Ordinal);
    }

    [SharedDataTheory]
    [InlineData("fc1.pth", false)]
    [InlineData("headless.pth", true)]
    [InlineData("key_net.pth", false)]
    [InlineData("prefix_backbone.pth", false)]
    [InlineData("prefix_net.pth", false)]
    public void Match_ReportedFile_FitsResNet20(string file, bool headless)
    {
        Architecture network = Architectures.Get("resnet20_cifar");
        StateDict weights = WeightFile.Read(SharedData.Path("data", "reported", "weights", file));

        Assert.Equal(headless, StateDictMatcher.Match(network, 10, weights, file).HeadLeftOut);
        if (!headless)
            Assert.Equal(10, StateDictMatcher.ClassesOf(network, weights, file));
    }

    private static bool IsHead(string name) => name.StartsWith("fc.", StringComparison.Ordinal);

    private static string Head(string name, string head) => IsHead(name) ? $"{head}.{name[3..]}" : name;

    private static StateDict Weights(int offset = 0)
    {
        int next = offset;
        return new(Tiny.Tensors(10).Select(spec => KeyValuePair.Create(spec.Name,
            new WeightTensor(spec.Shape, Enumerable.Range(0, spec.Shape.Aggregate(1, (product, size) => product * size)).Select(_ => (float)next++)
                .ToArray()))));
    }

    private static StateDict Renamed(StateDict weights, Func<string, string> rename) =>
        new(weights.Tensors.Select(tensor => KeyValuePair.Create(rename(tensor.Key), tensor.Value)));

    private static IEnumerable<KeyValuePair<string, WeightTensor>> Set(params (string Name, int[] Shape)[] tensors) => tensors.Select(tensor =>
        KeyValuePair.Create(tensor.Name, new WeightTensor(tensor.Shape, new float[tensor.Shape.Aggregate(1, (product, size) => product * size)])));
}
