using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Quantization.Layouts;
using ResNeXt.Core.Tests.Networks;

namespace ResNeXt.Core.Tests.Quantization.Graphs;

public sealed class QdqGraphTests
{
    // Neither method nor remedies matter here.
    private static readonly QuantizationOptions Plain = new() { Method = CalibrationMethod.MinimumMaximum, MaximumAccuracyLoss = 1,
        MinimumAgreement = 0 };

    // Where 8 bits are clipped, on x86 without VNNI, the result depends on the order of the products, and so on the layout.
    private static readonly QuantizationSettings SevenBits = new(CalibrationMethod.MinimumMaximum) { ReducedRange = true };

    public static TheoryData<string> Networks => [.. SmallClassifiers.Architectures.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Write_OfAnyNetwork_LeavesTheRuntimeNothingButBytes(string name)
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.Architectures.Single(item => item.Name == name));
        LayerSpec[] layers = [.. FoldedNetwork.Of(model).Layers];

        IReadOnlyDictionary<string, int> nodes = OptimizedGraph.Count(Quantize(model).Write());

        Assert.Equal(layers.Count(layer => layer.Kind == LayerKind.Convolution), nodes["QLinearConv"]);
        Assert.Equal(layers.Count(layer => layer.Kind == LayerKind.Addition), nodes["QLinearAdd"]);
        Assert.Equal((1, 1), (nodes["QLinearGlobalAveragePool"], nodes["MatMulIntegerToFloat"]));
        // Of the float32 operators there is the one that adds the bias of the last layer.
        Assert.Equal(1, nodes["Sum"]);
        // The images become bytes once, and nothing is converted back and forth after that: no ReLU and no pair of conversions is left.
        Assert.Equal(1, nodes["QuantizeLinear"]);
        Assert.Empty(nodes.Keys.Intersect(
            ["DequantizeLinear", "Relu", "Conv", "FusedConv", "Add", "Gemm", "MatMul", "GlobalAveragePool", "BatchNormalization"]));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Write_OfAnyNetwork_ComputesAboutWhatFloat32Computes(string name)
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.Architectures.Single(item => item.Name == name));
        using ImageStore images = SmallClassifiers.Images(model.Shape, 12);

        float[] expected = Logits(OnnxExporter.Write(model), images), actual = Logits(Quantize(model).Write(), images);

        double range = expected.Max() - expected.Min(), difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Average();
        Assert.InRange(difference, range * 1e-6, range * 0.03);
    }

    [Theory]
    [InlineData(16, false, 3)]
    [InlineData(16, true, 8)]
    [InlineData(32, false, 3)]
    [InlineData(32, true, 4)]
    [InlineData(64, true, 3)]
    public void Write_WithGroupsInAnotherLayout_GivesTheSameBits(int width, bool isSplit, int groupedConvolutions)
    {
        // Groups of 2 and 4 channels, 32 in the first stage and 64 in the second.
        ClassifierModel model = SmallClassifiers.Create(SmallNetworks.ResNeXt with { Cardinality = 16 });
        using ImageStore images = SmallClassifiers.Images(model.Shape, 8);
        QuantizedNetwork network = CalibratedNetwork.Of(model, FoldedNetwork.Of(model), images, CancellationToken.None)
            .Quantize(SevenBits, 99.99);
        LayerSpec[] convolutions = [.. network.Network.Layers.Where(layer => layer.Kind == LayerKind.Convolution)];
        LayerSpec[] grouped = [.. convolutions.Where(layer => layer.Groups > 1)];

        byte[] changed = (network with
        {
            Layouts = grouped.ToImmutableDictionary(layer => layer.Name, _ => new ConvolutionLayout(width, isSplit)),
        }).Write(model);

        Assert.Equal(Logits(network.Write(model), images), Logits(changed, images));
        IReadOnlyDictionary<string, int> nodes = OptimizedGraph.Count(changed);
        Assert.Equal(convolutions.Length - grouped.Length + groupedConvolutions, nodes["QLinearConv"]);
        Assert.Equal(1, nodes["QuantizeLinear"]);
        Assert.Empty(nodes.Keys.Intersect(["DequantizeLinear", "Relu", "Conv", "FusedConv"]));
    }

    [Fact]
    public void Write_WithTheFirstLayerInBlocks_GivesTheSameBits()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.ImageNetStem);
        using ImageStore images = SmallClassifiers.Images(model.Shape, 8);
        QuantizedNetwork network = CalibratedNetwork.Of(model, FoldedNetwork.Of(model), images, CancellationToken.None)
            .Quantize(SevenBits, 99.99);

        byte[] changed = (network with
        {
            Layouts = ImmutableDictionary<string, ConvolutionLayout>.Empty.Add("conv1", ConvolutionLayout.Default with { InBlocks = true }),
        }).Write(model);

        Assert.Equal(Logits(network.Write(model), images), Logits(changed, images));
        IReadOnlyDictionary<string, int> nodes = OptimizedGraph.Count(changed);
        Assert.Equal((1, 1), (nodes["SpaceToDepth"], nodes["QuantizeLinear"]));
        OnnxVerification.CheckRuns(changed, OnnxReader.ReadAny(changed));
        Assert.Empty(nodes.Keys.Intersect(["DequantizeLinear", "Relu", "Conv", "FusedConv"]));
    }

    [Fact]
    public void Write_WithEndsInFloat32_LeavesThemFloat32()
    {
        ClassifierModel model = SmallClassifiers.Create(SmallClassifiers.ImageNetStem);
        int convolutions = FoldedNetwork.Of(model).Layers.Count(layer => layer.Kind == LayerKind.Convolution);
        using ImageStore images = SmallClassifiers.Images(model.Shape, 4);
        QuantizedClassifier quantized = QuantizedClassifier.Quantize(
            model, images, Plain with { QuantizeFirstLayer = false, QuantizeClassifier = false });

        IReadOnlyDictionary<string, int> nodes = OptimizedGraph.Count(quantized.Write());

        Assert.Equal(convolutions - 1, nodes["QLinearConv"]);
        Assert.Equal(1, nodes.GetValueOrDefault("Conv") + nodes.GetValueOrDefault("FusedConv"));
        Assert.False(nodes.ContainsKey("MatMulIntegerToFloat"));
        Assert.Equal(["conv1", "fc"], quantized.Report.Float32Layers);
    }

    [Theory]
    [InlineData(PixelLayout.Planar)]
    [InlineData(PixelLayout.Interleaved)]
    public void Apply_ToAnotherSignature_GivesTheModelThatIsWrittenWithIt(PixelLayout layout)
    {
        var inside = new OnnxSignature { Input = "Pixels", Layout = layout, Score = "P", PredictedLabel = "L" };
        foreach (ClassifierModel model in new[] { SmallClassifiers.Create(SmallClassifiers.OptionA),
            SmallClassifiers.Create(SmallClassifiers.OptionA) with { Normalization = null } })
        {
            QuantizedClassifier quantized = Quantize(model);

            byte[] changed = OnnxIoRenamer.Apply(quantized.Write(inside), inside, new OnnxSignature());

            Assert.Equal(ModelProto.Parser.ParseFrom(quantized.Write()), ModelProto.Parser.ParseFrom(changed));
        }
    }

    [Fact]
    public void Write_OfACifarNetwork_TakesAQuarterOfTheSize()
    {
        using var network = new ResidualNetwork(Core.Architectures.Get("resnet20_cifar"), 10);
        var model = new ClassifierModel
        {
            Architecture = network.Architecture,
            Weights = network.GetWeights(),
            ClassNames = [.. Enumerable.Range(0, 10).Select(index => $"{index}")],
            Shape = new ImageShape(3, 32, 32),
        };

        Assert.InRange(Quantize(model).Report.SizeRatio, 0.25, 0.27);
    }

    private static QuantizedClassifier Quantize(ClassifierModel model)
    {
        using ImageStore images = SmallClassifiers.Images(model.Shape, 8);
        return QuantizedClassifier.Quantize(model, images, Plain);
    }

    private static float[] Logits(byte[] onnx, ImageStore images)
    {
        using var session = new InferenceSession(onnx);
        var pixels = new float[images.Count * images.Shape.Length];
        for (int image = 0; image < images.Count; image++)
            images.CopyTo(image, pixels.AsSpan(image * images.Shape.Length));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            pixels, [images.Count, images.Shape.Channels, images.Shape.Height, images.Shape.Width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["Features"] = input }, ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
