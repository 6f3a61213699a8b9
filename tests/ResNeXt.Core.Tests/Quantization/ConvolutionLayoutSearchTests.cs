using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Quantization.Layouts;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests.Quantization;

public sealed class ConvolutionLayoutSearchTests
{
    [Fact]
    public void Run_OfANetwork_ChoosesALayoutForEveryGroupedLayer()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallNetworks.ResNeXt with { Cardinality = 16 });
        QuantizedNetwork network = Quantized(model);
        LayerSpec[] grouped = [.. network.Network.Layers.Where(layer => layer is { Kind: LayerKind.Convolution, Groups: > 1 })];

        IReadOnlyDictionary<string, ConvolutionLayout> layouts = ConvolutionLayoutSearch.Run(network, model.Shape, CancellationToken.None);

        Assert.Equal(grouped.Select(layer => layer.Name).Order(), layouts.Keys.Order());
        Assert.All(grouped, layer => Assert.Contains(layouts[layer.Name], ConvolutionLayout.Candidates(layer, 8, 8)));
        // The layers of the first stage compute the same but for their weights, and what was measured is kept.
        Assert.Equal(layouts["layer1.0.conv2"], layouts["layer1.1.conv2"]);
        Assert.Equal(layouts.OrderBy(item => item.Key),
            ConvolutionLayoutSearch.Run(network, model.Shape, CancellationToken.None).OrderBy(item => item.Key));
    }

    [Fact]
    public void Run_OfANetworkForPhotographs_ChoosesALayoutForTheFirstLayer()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.ImageNetStem);

        Assert.Contains("conv1", ConvolutionLayoutSearch.Run(Quantized(model), model.Shape, CancellationToken.None).Keys);
    }

    [Fact]
    public void Run_OfLayersInFloat32OrWithoutGroups_LeavesThem()
    {
        ClassifierModel plain = SmallClassifiers.Create(SmallClassifiers.OptionA), grouped = SmallClassifiers.Create(SmallNetworks.ResNeXt);
        QuantizedNetwork network = Quantized(grouped);

        Assert.Empty(ConvolutionLayoutSearch.Run(Quantized(plain), plain.Shape, CancellationToken.None));
        Assert.DoesNotContain("layer1.0.conv2",
            ConvolutionLayoutSearch.Run(network with { Float32Layers = ["layer1.0.conv2"] }, grouped.Shape, CancellationToken.None).Keys);
    }

    [Fact]
    public void Run_WhenCanceled_Ends()
    {
        // Other channels than in the test above, so that nothing is known of them.
        ClassifierModel model = SmallClassifiers.Create(SmallNetworks.ResNeXt with { Cardinality = 24 });

        Assert.Throws<OperationCanceledException>(
            () => ConvolutionLayoutSearch.Run(Quantized(model), model.Shape, new CancellationToken(canceled: true)));
    }

    private static QuantizedNetwork Quantized(ClassifierModel model)
    {
        using ImageStore images = SmallClassifiers.Images(model.Shape, 2);
        return CalibratedNetwork.Of(model, FoldedNetwork.Of(model), images, CancellationToken.None)
            .Quantize(new QuantizationSettings(CalibrationMethod.MinimumMaximum) { ReducedRange = true }, 99.99);
    }
}
