using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Layouts;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests.Quantization.Layouts;

public sealed class GroupMergingTests
{
    [Fact]
    public void Expand_OfAllGroups_ComputesWhatTheNetworkComputes()
    {
        // Groups of 2 and 4 channels in the two stages.
        ClassifierModel model = SmallClassifiers.Create(SmallNetworks.ResNeXt with { Cardinality = 16 });
        FoldedNetwork folded = FoldedNetwork.Of(model);
        LayerSpec[] layers = [.. folded.Layers.Select(layer => layer.Kind == LayerKind.Convolution ? GroupMerging.Merge(layer, 16) : layer)];
        var weights = new StateDict(folded.Layers.SelectMany((layer, index) => layer.Tensors().Select(spec => (layer, merged: layers[index], spec)))
            .Select(item => KeyValuePair.Create(
                item.spec.Name, item.spec.Name != FoldedNetwork.Filters(item.layer) ? folded.Weights.Tensors[item.spec.Name]
                : new WeightTensor(item.merged.Tensors().First().Shape,
                    GroupMerging.Expand(item.layer, item.merged, folded.Weights.Tensors[item.spec.Name].Values.ToArray())))));
        using ResidualNetwork network = SmallClassifiers.NetworkOf(model);

        byte[] onnx = OnnxExporter.Write(
            model, new OnnxSignature(), (graph, images, logits) => new NetworkGraph(graph, layers, weights).Write(images, logits));

        OnnxVerification.Compare(onnx, new OnnxSignature(), network, model);
        Assert.Equal([2, 2, 4], layers.Where(layer => layer.Name.EndsWith("conv2", StringComparison.Ordinal)).Select(layer => layer.Groups));
    }

    [Theory]
    [InlineData(128, 32, 16, 8)]
    [InlineData(128, 32, 64, 2)]
    [InlineData(256, 32, 16, 16)]
    [InlineData(512, 32, 16, 32)]
    [InlineData(64, 1, 16, 1)]
    [InlineData(12, 3, 16, 3)]
    public void Merge_OfGroups_MakesThemAsWideAsAllowed(int channels, int groups, int width, int merged)
    {
        var layer = new LayerSpec("conv", LayerKind.Convolution, ["x"], channels, channels) { Groups = groups };

        Assert.Equal(merged, GroupMerging.Merge(layer, width).Groups);
    }
}
