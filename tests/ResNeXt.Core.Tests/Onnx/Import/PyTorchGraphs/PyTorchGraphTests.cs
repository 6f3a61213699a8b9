using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Import;
using static ResNeXt.Core.Tests.Onnx.Import.Making.ForeignNetworks;

namespace ResNeXt.Core.Tests.Onnx.Import.PyTorchGraphs;

/// <remarks>Every import runs the graph and the imported network, and compares the results.</remarks>
public sealed class PyTorchGraphTests
{
    [Theory]
    [InlineData("basic-torchscript-9", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-11", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-17", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-20", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-unfolded", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-constants-as-inputs", "resnet10_1_1_1_1")]
    [InlineData("basic-torchscript-any-size", "resnet10_1_1_1_1")]
    [InlineData("basic-dynamo-18", "resnet10_1_1_1_1")]
    [InlineData("basic-dynamo-20", "resnet10_1_1_1_1")]
    [InlineData("basic-dynamo-23", "resnet10_1_1_1_1")]
    [InlineData("basic-dynamo-any-size", "resnet10_1_1_1_1")]
    [InlineData("basic-dynamo-unoptimized", "resnet10_1_1_1_1")]
    [InlineData("kuangliu-dynamo-20", "resnet10_1_1_1_1_cifar")]
    [InlineData("transformers-dynamo-20", "resnet14_1_1_1_1_stride1x1")]
    [InlineData("transformers-torchscript-17", "resnet10_1_1_1_1")]
    [InlineData("resnext-dynamo-20", "resnext14_4x32d_1_1_1_1")]
    [InlineData("timm-torchscript-17", "resnet18_2_2_2_2")]
    [InlineData("dropout-torchscript-17", "resnet10_1_1_1_1")]
    [InlineData("softmax-dynamo-20", "resnet10_1_1_1_1")]
    [InlineData("two-outputs-dynamo-20", "resnet10_1_1_1_1")]
    public void Read_OfAResidualNetwork_FindsItsArchitecture(string graph, string architecture) =>
        Assert.Equal(architecture, ImportOf(PyTorchGraph.Read(graph)).Architecture.Name);

    [Theory]
    [InlineData("cifar-torchscript-11")]
    [InlineData("cifar-torchscript-17")]
    [InlineData("cifar-torchscript-unfolded")]
    [InlineData("cifar-dynamo-20")]
    [InlineData("cifar-dynamo-unoptimized")]
    public void Read_OfShortcutsWithoutWeights_FindsThem(string graph) =>
        Assert.Equal(Architectures.Get("resnet20_cifar"), ImportOf(PyTorchGraph.Read(graph)).Architecture);

    [Theory]
    [InlineData("normalized-torchscript-17")]
    [InlineData("normalized-dynamo-20")]
    [InlineData("interleaved-torchscript-17")]
    public void Read_OfGraphThatScalesPixels_HasTheNormalization(string graph)
    {
        ImportedNetwork network = ImportOf(PyTorchGraph.Read(graph));

        Assert.Equal([0.485 * 255, 0.456 * 255, 0.406 * 255], network.Normalization!.Mean.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal([0.229 * 255, 0.224 * 255, 0.225 * 255], network.Normalization.Std.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Theory]
    [InlineData("bgr-torchscript-17")]
    [InlineData("bgr-dynamo-20")]
    public void Read_OfGraphThatSwapsChannels_SwapsThoseOfTheStem(string graph)
    {
        Core.Onnx.Schema.ModelProto model = PyTorchGraph.Read(graph);
        float[] filters = [.. model.Graph.Initializer.First(tensor => tensor.Dims.SequenceEqual([8, 3, 7, 7])).FloatData];

        float[] imported = ImportOf(model).Weights.Tensors["conv1.weight"].Values.ToArray();

        Assert.Equal(filters[..49], imported[98..147]);
        Assert.Equal(filters[98..147], imported[..49]);
    }

    [Fact]
    public void Read_OfGraphWithoutALastLayer_HasNone() =>
        Assert.DoesNotContain("fc.weight", ImportOf(PyTorchGraph.Read("featurizer-dynamo-20")).Weights.Tensors.Keys);

    [Theory]
    [InlineData("external-data", "external_data=False")]
    [InlineData("training", "model.eval()")]
    [InlineData("channels-last", "torch.contiguous_format")]
    [InlineData("bytes", "model.float()")]
    [InlineData("pre-activation", "BatchNormalization")]
    [InlineData("timm-resnet10t", "Conv '/conv1/conv1.3/Conv'")]
    [InlineData("timm-resnet18d", "Conv '/conv1/conv1.3/Conv'")]
    [InlineData("timm-seresnet18", "ReduceMean '/layer1/layer1.0/se/ReduceMean'")]
    [InlineData("timm-resnetv2", "MaxPool '/stem/pool/MaxPool'")]
    [InlineData("mobilenet", "Clip '/features/features.0/features.0.2/Clip'")]
    [InlineData("sigmoid", "Sigmoid 'node_sigmoid'")]
    [InlineData("two-layer-head", "Relu 'node_relu_9'")]
    public void Read_OfAnythingElse_SaysWhatDoesNotFit(string graph, string part) => Assert.Contains(part, Refusal(PyTorchGraph.Read(graph)));
}
