using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Folding;

namespace ResNeXt.Core.Tests.Quantization.Folding;

public sealed class FoldedNetworkTests
{
    public static TheoryData<string> Networks => [.. SmallClassifiers.Architectures.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Of_AnyNetwork_ComputesWhatTheNetworkComputes(string name)
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.Architectures.Single(item => item.Name == name));
        FoldedNetwork folded = FoldedNetwork.Of(model);
        byte[] onnx = OnnxExporter.Write(model, new OnnxSignature(), (graph, images, logits) =>
            new NetworkGraph(graph, folded.Layers, folded.Weights).Write(images, logits));

        using ResidualNetwork network = SmallClassifiers.NetworkOf(model);

        OnnxVerification.Compare(onnx, new OnnxSignature(), network, model);
        Assert.DoesNotContain(folded.Layers, layer => layer.Kind == LayerKind.BatchNormalization);
        Assert.All(folded.Layers.Where(layer => layer.Kind == LayerKind.Convolution), layer => Assert.True(layer.HasBias));
    }
}
