using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Tests.Weights.Matching;

public sealed class StateDictMatcherTests
{
    private const string Source = "mine.pth";

    private static readonly Architecture Small = Architectures.Get("resnet20_cifar");

    [Fact]
    public void Match_TorchvisionNames_KeepsTensorsInTheNetworksOrder()
    {
        var reversed = new StateDict(Weights(Small, 10).Tensors.Reverse(), [new("mean", "0.5")]);

        StateDictMatch match = StateDictMatcher.Match(Small, 10, reversed, Source);

        Assert.Equal(Small.Tensors(10).Select(tensor => tensor.Name), match.Weights.Tensors.Keys);
        Assert.False(match.HeadLeftOut);
        Assert.Empty(match.Notes);
        Assert.Same(reversed.Tensors["fc.bias"], match.Weights.Tensors["fc.bias"]);
        Assert.Equal("0.5", match.Weights.Metadata["mean"]);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    [InlineData("_orig_mod.module.")]
    public void Match_Prefixes_AreTakenOff(string prefix)
    {
        StateDict weights = Renamed(Weights(Small, 10), name => prefix + name);

        Assert.Equal(Small.Tensors(10).Select(tensor => tensor.Name), StateDictMatcher.Match(Small, 10, weights, Source).Weights.Tensors.Keys);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("classifier")]
    [InlineData("head")]
    [InlineData("head.fc")]
    [InlineData("last_linear")]
    public void Match_LastLayerOfAnotherName_BecomesFc(string head)
    {
        StateDict weights = Renamed(Weights(Small, 10), name => name.Replace("fc.", $"{head}.", StringComparison.Ordinal));

        StateDictMatch match = StateDictMatcher.Match(Small, 10, weights, Source);

        Assert.Same(weights.Tensors[$"{head}.weight"], match.Weights.Tensors["fc.weight"]);
        Assert.Same(weights.Tensors[$"{head}.bias"], match.Weights.Tensors["fc.bias"]);
    }

    [Fact]
    public void Match_LayerCalledLinearOfOtherFeatures_IsNotTheLastOne()
    {
        StateDict weights = With(Without(Weights(Small, 10), "fc.weight", "fc.bias"), ("linear.weight", [10, 65]), ("linear.bias", [10]));

        string message = Refusal(Small, 10, weights);

        Assert.Contains("2 missing (fc.weight, fc.bias); 2 not expected ('linear.weight', 'linear.bias')", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_ShortcutNames_BecomeDownsample()
    {
        Architecture projected = Small with { Name = "small_b", Shortcut = ShortcutKind.Projection };
        StateDict weights = Renamed(Weights(projected, 10), name => name.Replace(".downsample.", ".shortcut.", StringComparison.Ordinal));

        StateDictMatch match = StateDictMatcher.Match(projected, 10, weights, Source);

        Assert.Contains("layer2.0.shortcut.0.weight", weights.Tensors.Keys);
        Assert.Same(weights.Tensors["layer2.0.shortcut.0.weight"], match.Weights.Tensors["layer2.0.downsample.0.weight"]);
    }

    [Theory]
    [InlineData("resnet18", "resnet.")]
    [InlineData("resnet50", "resnet.")]
    [InlineData("resnet50", "")]
    public void Match_NamesOfTransformers_FindsEveryTensor(string name, string prefix)
    {
        Architecture network = Architectures.Get(name);
        StateDict expected = Weights(network, 10);
        StateDict weights = Renamed(expected, tensor => TransformersName(tensor, prefix));

        StateDict matched = StateDictMatcher.Match(network, 10, weights, Source).Weights;

        Assert.Contains($"{prefix}encoder.stages.3.layers.0.shortcut.normalization.running_var", weights.Tensors.Keys);
        Assert.Equal(expected.Tensors.Keys, matched.Tensors.Keys);
        Assert.All(expected.Tensors, tensor => Assert.Same(tensor.Value, matched.Tensors[tensor.Key]));
    }

    [Fact]
    public void Match_BatchCounters_AreLeftOut()
    {
        StateDict weights = With(Weights(Small, 10), ("module.bn1.num_batches_tracked", []));

        Assert.Equal(Small.Tensors(10).Count, StateDictMatcher.Match(Small, 10, weights, Source).Weights.Tensors.Count);
    }

    [Fact]
    public void Match_HeadOfOtherSize_IsLeftOutWithANote()
    {
        StateDictMatch match = StateDictMatcher.Match(Small, 5, Renamed(Weights(Small, 10), name => name.Replace("fc.", "linear.", StringComparison.Ordinal)), Source);

        Assert.True(match.HeadLeftOut);
        Assert.Equal(["The last layer in mine.pth is for 10 classes; this network has 5, so it starts fresh."], match.Notes);
        Assert.Equal(Small.Tensors(5).Select(tensor => tensor.Name).Where(name => !name.StartsWith("fc.", StringComparison.Ordinal)), match.Weights.Tensors.Keys);
    }

    [Fact]
    public void WithHead_OfAHeadForOtherClasses_NamesBothNumbersAndWhatToDo()
    {
        string message = Assert.Throws<InvalidDataException>(() => StateDictMatcher.WithHead(Small, 5, Weights(Small, 10), Source)).Message;

        Assert.Equal("The last layer in mine.pth is for 10 classes, but 5 are asked for, so the network would predict at random. "
            + "Leave out the number of classes, or train with these weights first.", message);
    }

    [Fact]
    public void WithHead_OfAHeadThatFits_GivesEveryTensor()
    {
        StateDictMatch match = StateDictMatcher.WithHead(Small, 10, Weights(Small, 10), Source);

        Assert.Equal(Small.Tensors(10).Select(tensor => tensor.Name), match.Weights.Tensors.Keys);
        Assert.False(match.HeadLeftOut);
        Assert.Empty(match.Notes);
    }

    [Fact]
    public void Match_MissingUnexpectedAndWrongShape_AreReportedTogether()
    {
        StateDict weights = With(Without(Weights(Small, 10), "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "fc.bias", "layer1.0.bn1.bias", "conv1.weight"),
            ("conv1.weight", [16, 3, 7, 7]), ("extra\nline", [1]));

        string message = Refusal(Small, 10, weights);

        Assert.StartsWith("The weights of mine.pth do not fit resnet20_cifar: ", message, StringComparison.Ordinal);
        Assert.Contains("6 missing (bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var, layer1.0.bn1.bias, ...)", message, StringComparison.Ordinal);
        Assert.Contains("1 not expected ('extra?line')", message, StringComparison.Ordinal);
        Assert.Contains("1 of another shape (conv1.weight [16, 3, 7, 7] instead of [16, 3, 3, 3])", message, StringComparison.Ordinal);
        Assert.EndsWith("Give the architecture that the file was made for.", message, StringComparison.Ordinal);
    }

    // Full-size networks in names and shapes alone: no value is looked at.
    [Theory]
    [InlineData("resnet56_cifar", "resnet20_cifar", 10)]
    [InlineData("resnet20_cifar", "resnet18", 7)]
    [InlineData("resnext101_32x8d", "resnext101_64x4d", 1000)]
    [InlineData("wide_resnet50_2", "resnet50", 1000)]
    [InlineData("resnext29_8x64d_cifar", "resnext29_16x64d_cifar", 10)]
    public void Match_WeightsOfAnotherArchitecture_NamesIt(string made, string asked, int classes) => Assert.EndsWith($"The file fits {made}.",
        Refusal(Architectures.Get(asked), 3, Renamed(Weights(Architectures.Get(made), classes), name => "module." + name)), StringComparison.Ordinal);

    [Fact]
    public void Match_OneNameWithAndWithoutPrefix_IsRefused() =>
        Assert.Contains("'fc.bias' twice", Refusal(Small, 10, With(Weights(Small, 10), ("module.fc.bias", [10]))), StringComparison.Ordinal);

    [Fact]
    public void Match_ANameOfThousandsOfCharacters_IsRefusedAtOnce() => Assert.Contains("has 70000 characters",
        Refusal(Small, 10, With(Weights(Small, 10), (string.Concat(Enumerable.Repeat("module.", 10_000)), [10]))), StringComparison.Ordinal);

    [Fact]
    public void Match_ManyNetworks_AreRefusedAtOnce() => Assert.Contains("have 20000 networks", Refusal(Small, 10, With(Weights(Small, 10),
        [.. Enumerable.Range(1, 19_999).SelectMany(index => new (string, int[])[] { ($"n{index}.conv1.weight", [0, 0, 0, 0]), ($"n{index}.layer1.0.", [0]) })])),
        StringComparison.Ordinal);

    [Fact]
    public void Match_NoClasses_ThrowsArgument() =>
        Assert.ThrowsAny<ArgumentException>(() => StateDictMatcher.Match(Small, 0, Weights(Small, 10), Source));

    [Fact]
    public void WithoutHead_OfAnyOrNoLastLayer_GivesTheTensorsBeforeIt()
    {
        StateDict weights = Weights(Small, 10);
        StateDict[] files = [weights, Without(weights, "fc.weight", "fc.bias"), Renamed(weights, name => "module." + name.Replace("fc.", "linear."))];
        string[] expected = [.. Small.Tensors(10).Select(tensor => tensor.Name).Where(name => !name.StartsWith("fc.", StringComparison.Ordinal))];

        Assert.All(files, file => Assert.Equal(expected, StateDictMatcher.WithoutHead(Small, file, Source).Tensors.Keys));
        Assert.Contains("1 missing (conv1.weight)",
            Assert.Throws<InvalidDataException>(() => StateDictMatcher.WithoutHead(Small, Without(weights, "conv1.weight"), Source)).Message, StringComparison.Ordinal);
    }

    private static string Refusal(Architecture architecture, int classes, StateDict weights) =>
        Assert.Throws<InvalidDataException>(() => StateDictMatcher.Match(architecture, classes, weights, Source)).Message;

    private static StateDict Weights(Architecture architecture, int classes) =>
        new(architecture.Tensors(classes).Select(tensor => KeyValuePair.Create(tensor.Name, new WeightTensor(tensor.Shape, default))));

    private static StateDict Renamed(StateDict weights, Func<string, string> rename) =>
        new(weights.Tensors.Select(tensor => KeyValuePair.Create(rename(tensor.Key), tensor.Value)));

    // The names of ResNetForImageClassification; ResNetModel has them without "resnet.".
    private static string TransformersName(string name, string prefix)
    {
        string[] parts = name.Split('.');
        string LayerName(string layer) => layer.StartsWith("conv", StringComparison.Ordinal) ? "convolution" : "normalization";
        return parts switch
        {
            ["fc", var tensor] => $"classifier.1.{tensor}",
            [var layer, var tensor] => $"{prefix}embedder.embedder.{LayerName(layer)}.{tensor}",
            [var stage, var block, "downsample", var layer, var tensor] =>
                $"{prefix}encoder.stages.{stage[^1] - '1'}.layers.{block}.shortcut.{(layer == "0" ? "convolution" : "normalization")}.{tensor}",
            [var stage, var block, var layer, var tensor] =>
                $"{prefix}encoder.stages.{stage[^1] - '1'}.layers.{block}.layer.{layer[^1] - '1'}.{LayerName(layer)}.{tensor}",
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }

    private static StateDict Without(StateDict weights, params string[] names) => new(weights.Tensors.Where(tensor => !names.Contains(tensor.Key)));

    private static StateDict With(StateDict weights, params (string Name, int[] Shape)[] more) =>
        new(weights.Tensors.Concat(more.Select(tensor => KeyValuePair.Create(tensor.Name, new WeightTensor(tensor.Shape, default)))));
}
