using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;

namespace ResNeXt.Core.Tests.Quantization;

public sealed class QuantizationSearchTests
{
    [Fact]
    public void Apply_OfEqualization_KeepsTheFunctionAndMakesRangesAlike()
    {
        foreach (Architecture architecture in new[] { SmallClassifiers.OptionA, SmallClassifiers.Architectures[1] })
        {
            ClassifierModel model = SmallClassifiers.Create(architecture);
            FoldedNetwork folded = FoldedNetwork.Of(model), equalized = CrossLayerEqualization.Apply(folded);
            using ResidualNetwork network = SmallClassifiers.NetworkOf(model);

            byte[] onnx = OnnxExporter.Write(model, new OnnxSignature(), (graph, images, logits) =>
                new NetworkGraph(graph, equalized.Layers, equalized.Weights).Write(images, logits));

            OnnxVerification.Compare(onnx, new OnnxSignature(), network, model);
            LayerSpec layer = folded.Layers.Single(item => item.Name == "layer1.0.conv1");
            Assert.True(Spread(equalized, layer) < Spread(folded, layer));
        }
    }

    [Fact]
    public void Apply_OfBiasCorrection_BringsMeansBack()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.OptionA);
        FoldedNetwork folded = FoldedNetwork.Of(model);
        using ImageStore images = SmallClassifiers.Images(model.Shape, 16);
        CalibratedNetwork calibrated = CalibratedNetwork.Of(model, folded, images, CancellationToken.None);
        LayerSpec layer = folded.Layers.Single(item => item.Name == "layer2.0.conv2");
        var settings = new QuantizationSettings(CalibrationMethod.MinimumMaximum) { ReducedRange = true };
        QuantizedNetwork plain = calibrated.Quantize(settings, 99.99),
            corrected = calibrated.Quantize(settings with { BiasCorrection = true }, 99.99);

        double Error(QuantizedNetwork network) => MeanOutputs(network, layer, calibrated, quantized: true)
            .Zip(MeanOutputs(plain, layer, calibrated, quantized: false), (a, b) => Math.Abs(a - b)).Average();

        Assert.True(Error(corrected) < 0.05 * Error(plain), $"{Error(corrected)} after {Error(plain)}");
    }

    [Fact]
    public void Run_WhereTooMuchIsLost_LeavesSensitiveLayersInFloat32()
    {
        // A huge weight that all classes share leaves those that tell them apart almost no level.
        ClassifierModel model = SmallClassifiers.With(
            SmallClassifiers.Create(SmallClassifiers.OptionA), "fc.weight", (value, index) => index % 16 == 3 ? 60 : value);
        using ImageStore images = SmallClassifiers.Images(model.Shape, 60);
        model = Balanced(model, images);
        var strict = new QuantizationOptions { Method = CalibrationMethod.MinimumMaximum, MinimumAgreement = 1, MaximumFloat32Fraction = 0.5 };

        QuantizationReport plain = QuantizedClassifier.Quantize(model, images, strict with { MinimumAgreement = 0 }).Report;
        QuantizationReport kept = QuantizedClassifier.Quantize(model, images, strict).Report;
        QuantizationReport small = QuantizedClassifier.Quantize(model, images, strict with { MaximumFloat32Fraction = 0 }).Report;

        Assert.Empty(plain.Float32Layers);
        Assert.True(plain.KeepsAccuracy);
        Assert.Contains("fc", kept.Float32Layers);
        Assert.True(kept.Agreement > plain.Agreement, $"{kept.Agreement} after {plain.Agreement}");
        Assert.Empty(small.Float32Layers);
        Assert.True(kept.Float32Layers.Count < FoldedNetwork.Of(model).WeightedLayers.Count());
    }

    // The same network with another bias of its last layer, so that the images are of many classes.
    private static ClassifierModel Balanced(ClassifierModel model, ImageStore images)
    {
        using var session = new ClassifierSession(OnnxExporter.Write(model), model.Shape);
        float[][] logits = session.Logits(images, CancellationToken.None);
        return SmallClassifiers.With(model, "fc.bias", (value, index) => value - logits.Average(row => row[index]));
    }

    // How unlike the ranges of a layer's channels are.
    private static double Spread(FoldedNetwork network, LayerSpec layer)
    {
        double[] ranges = [.. network.Tensors(layer).Filters.Values.ToArray().Chunk(layer.InputChannels / layer.Groups * layer.Kernel * layer.Kernel)
            .Select(filter => (double)filter.Max(Math.Abs))];
        LayerSpec next = network.Layers.Single(item => item.Name == layer.Name.Replace("conv1", "conv2", StringComparison.Ordinal));
        double largestOfNext = network.Tensors(next).Filters.Values.ToArray().Max(Math.Abs);
        return ranges.Average(range => Math.Abs(Math.Log(range / largestOfNext)));
    }

    // What a layer gives on average for the inputs that calibration saw, away from the borders.
    private static double[] MeanOutputs(QuantizedNetwork network, LayerSpec layer, CalibratedNetwork calibrated, bool quantized)
    {
        Int8Weights weights = Int8Weights.Of(network, layer, network.Scales[layer.Inputs[0]].Scale);
        (Core.Tensors.WeightTensor filters, ReadOnlyMemory<float> bias) = network.Network.Tensors(layer);
        int window = layer.Kernel * layer.Kernel, length = layer.InputChannels * window;
        return [.. Enumerable.Range(0, layer.OutputChannels)
            .Select(channel => bias.Span[channel] + Enumerable.Range(channel * length, length).Sum(at =>
            (quantized ? weights.Dequantized(at) : filters.Values.Span[at]) * calibrated.Statistics[layer.Inputs[0]].Mean(at % length / window)))];
    }
}
