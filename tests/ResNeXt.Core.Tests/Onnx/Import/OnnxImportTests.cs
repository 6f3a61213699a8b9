using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Onnx.Import.Making;
using static ResNeXt.Core.Tests.Onnx.Import.Making.ForeignNetworks;

namespace ResNeXt.Core.Tests.Onnx.Import;

public sealed class OnnxImportTests
{
    public static TheoryData<string> Styles => [.. All.Select(item => item.Style.Name)];

    private static IReadOnlyList<(Architecture Network, ForeignStyle Style)> All { get; } =
    [
        (Basic, new("PyTorch 1.4, opset 9") { Opset = 9, Flattening = "Shape", HasInputsForConstants = true }),
        (Basic, new("PyTorch 1.12, opset 13") { Opset = 13, HasConstantNodes = true, HasIdentityNodes = true }),
        (Bottleneck, new("PyTorch 2, opset 17") { HasBias = true, Flattening = "Shape" }),
        (Grouped, new("PyTorch dynamo, opset 20") { Opset = 20, Pooling = "ReduceMean", Flattening = "Reshape", HasIdentityNodes = true }),
        (StrideFirst, new("Caffe") { Producer = "caffe2", Opset = 9, IsOpen = false, Pooling = "AveragePool", HasSoftmax = true }),
        (Basic, new("CNTK") { Opset = 8, HasTypedData = true, IsPaddedAtTheBeginning = true, IsOpen = false, Pooling = "AveragePool", Head = "None", Flattening = "None" }),
        (Basic, new("MXNet") { Producer = "mxnet", Opset = 7, HasTypedData = true, Epsilon = 2e-5f, HasInputsForConstants = true }),
        (Bottleneck, new("smaller epsilon") { Epsilon = 1e-6f, Head = "MatMul", Pooling = "ReduceMean", Flattening = "Squeeze" }),
        (Bottleneck, new("Keras") { Producer = "tf2onnx", Layout = PixelLayout.Interleaved, Head = "MatMul", Epsilon = 1.001e-5f, HasBias = true, Flattening = "Squeeze", Opset = 12 }),
        (Cifar, new("CIFAR") { Head = "Gemm without transB" }),
        (Cifar with { Shortcut = ShortcutKind.ZeroPadding }, new("option A") { Head = "Conv", Flattening = "None" }),
        (Basic with { InputChannels = 1 }, new("gray") { IsOpen = false }),
    ];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Read_OfEveryStyle_GivesTheArchitectureAndTheWeights(string name)
    {
        (Architecture network, ForeignStyle style) = All.Single(item => item.Style.Name == name);
        StateDict weights = RandomWeights(network);

        ImportedNetwork imported = ImportOf(Write(network, style));

        AssertSame(network, imported.Architecture);
        Assert.Equal(new ImageShape(network.InputChannels, 64, 64), imported.Shape);
        Assert.Null(imported.Normalization);
        Assert.Equal(network.Tensors(Classes).Select(spec => spec.Name).Where(tensor => style.Head != "None" || !NetworkDefinition.IsHead(tensor)), imported.Weights.Tensors.Keys);
        Assert.All(imported.Weights.Tensors, item =>
        {
            Assert.Equal(weights.Tensors[item.Key].Shape, item.Value.Shape);
            Assert.Equal(weights.Tensors[item.Key].Values.ToArray(), item.Value.Values.ToArray(), (a, b) => Math.Abs(a - b) <= 2e-5f);
        });
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(20)]
    public void Read_OfFoldedNormalization_ReconstructsTheIdentity(int opset)
    {
        StateDict weights = ImportOf(Write(Grouped, new("folded") { Opset = opset, IsFolded = true })).Weights;

        Assert.Equal(Grouped.Tensors(Classes).Select(spec => (spec.Name, spec.Shape.Count)), weights.Tensors.Select(item => (item.Key, item.Value.Shape.Count)));
        foreach ((string name, WeightTensor tensor) in weights.Tensors.Where(item => item.Key.Contains("bn", StringComparison.Ordinal)))
        {
            float[] expected = name switch
            {
                _ when name.EndsWith("running_var", StringComparison.Ordinal) => [1 - 1e-5f],
                _ when name.EndsWith("running_mean", StringComparison.Ordinal) => [0],
                _ when name.EndsWith("weight", StringComparison.Ordinal) => [1],
                _ => tensor.Values.ToArray(),
            };
            Assert.All(tensor.Values.ToArray(), value => Assert.Contains(value, expected));
        }
        Assert.Equal(1f, 1 - 1e-5f + 1e-5f);
    }

    [Theory]
    [InlineData("Gather")]
    [InlineData("Split")]
    [InlineData(null)]
    public void Read_OfGraphThatChangesPixels_PutsThatIntoNormalizationAndStem(string? reordering)
    {
        var normalization = new PixelNormalization([10, 20, 30], [2, 3, 4]);
        ForeignStyle style = new("with pixels") { Normalization = normalization, Reordering = reordering, Opset = 12 };

        ImportedNetwork imported = ImportOf(Write(Basic, style));

        float[] stem = RandomWeights(Basic).Tensors["conv1.weight"].Values.ToArray(), found = imported.Weights.Tensors["conv1.weight"].Values.ToArray();
        Assert.Equal(reordering is null ? [10f, 20, 30] : [30, 20, 10], imported.Normalization!.Mean);
        Assert.Equal(reordering is null ? [2f, 3, 4] : [4, 3, 2], imported.Normalization.Std);
        Assert.Equal(stem[..49], reordering is null ? found[..49] : found[98..147]);
    }

    [Fact]
    public void Read_OfKnownArchitecture_HasItsName()
    {
        Architecture known = Architectures.Get("resnext29_32x4d_cifar");

        Assert.Equal(known, ImportOf(Write(known, new("known"), size: 8)).Architecture);
        Assert.Equal("resnet10_2_1_1", ImportOf(Write(Basic, new("unknown"))).Architecture.Name);
        Assert.Equal("resnext11_4x32d_1_2", ImportOf(Write(Grouped, new("unknown"))).Architecture.Name);
    }

    [Fact]
    public void ToStateDict_IsTakenLikeAnyWeights()
    {
        StateDict weights = ImportOf(Write(Bottleneck, new("PyTorch"))).ToStateDict();
        using var network = new ResidualNetwork(ResNeXt.Core.Onnx.Models.ModelMetadata.Architecture(weights.Metadata)!, classes: 3);

        IReadOnlyList<string> notes = Core.Training.InitialWeights.Load(network, ["a", "b", "c"], weights, "foreign.onnx");

        Assert.Contains("5 classes", Assert.Single(notes));
        Assert.Equal(RandomWeights(Bottleneck).Tensors["layer2.1.conv3.weight"].Values.ToArray(), network.GetWeights().Tensors["layer2.1.conv3.weight"].Values.ToArray());
    }

    private static void AssertSame(Architecture expected, Architecture actual)
    {
        Assert.Equal(expected.Depths.AsEnumerable(), actual.Depths.AsEnumerable());
        Assert.Equal(expected with { Name = actual.Name, Depths = actual.Depths }, actual);
    }
}
