using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Quantization;

public sealed class QuantizedClassifierTests
{
    private static readonly ClassifierModel Model = SmallClassifiers.Create(SmallClassifiers.OptionA);

    [Fact]
    public void Quantize_OfSomeImages_SaysWhatItDid()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 30, label: 2);

        QuantizedClassifier quantized = QuantizedClassifier.Quantize(Model, images);

        QuantizationReport report = quantized.Report;
        Assert.Equal((18, 12), (report.CalibrationImages, report.HeldBackImages));
        Assert.NotEqual(CalibrationMethod.Automatic, report.Method);
        Assert.InRange(report.Agreement, 0.9, 1);
        Assert.Equal(report.Float32Accuracy!.Value, report.Accuracy!.Value, 0.1);
        Assert.Equal(quantized.Write().Length, report.Bytes);
        Assert.Equal(OnnxExporter.Write(Model).Length, report.Float32Bytes);
        Assert.True(report is { ImagesPerSecond: > 0, Float32ImagesPerSecond: > 0 });
        Assert.Contains(report.Recommendation, report.ToString(), StringComparison.Ordinal);
        Assert.Contains(report.HasInt8Instructions ? "has instructions" : "has no instructions", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Quantize_OfWeightsThatAreNoNumbers_NamesTheTensor(float value)
    {
        ClassifierModel model = SmallClassifiers.With(
            SmallClassifiers.Create(SmallClassifiers.OptionA), "layer2.0.conv1.weight", (given, index) => index == 7 ? value : given);
        using ImageStore images = SmallClassifiers.Images(model.Shape, 4);

        Assert.Contains("'layer2.0.conv1.weight'", Assert.Throws<ArgumentException>(() => QuantizedClassifier.Quantize(model, images)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_OfAModelWithTestTimeFlip_KeepsIt()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 30, label: 2);

        QuantizedClassifier quantized = QuantizedClassifier.Quantize(Model with { TestTimeFlip = true }, images);

        Assert.InRange(quantized.Report.Agreement, 0.9, 1);
        byte[] onnx = quantized.Write();
        OnnxVerification.CheckRuns(onnx, OnnxReader.ReadAny(onnx));
        Assert.True(OnnxReader.ReadAny(onnx).TestTimeFlip);
        Assert.NotEmpty(ClassActivationModel.Of(onnx).Weights.Values);
    }

    [Fact]
    public void Quantize_Twice_GivesTheSameBytes()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 30);

        Assert.Equal(QuantizedClassifier.Quantize(Model, images).Write(), QuantizedClassifier.Quantize(Model, images).Write());
    }

    [Theory]
    [InlineData(1, 255)]
    [InlineData(1, 0)]
    [InlineData(5, 0)]
    public void Quantize_OfConstantImages_GivesASoundModel(int count, float value)
    {
        using var images = new ImageStore(Model.Shape, long.MaxValue);
        for (int image = 0; image < count; image++)
            images.Add(Enumerable.Repeat(value, Model.Shape.Length).ToArray(), -1);

        QuantizedClassifier quantized = QuantizedClassifier.Quantize(Model, images);

        Assert.Equal(1, quantized.Report.Agreement);
        Assert.Null(quantized.Report.Accuracy);
        Assert.True(quantized.Report.KeepsAccuracy);
        Assert.Contains("No image has a label", quantized.Report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_WithMoreImagesThanAsked_DrawsThemBySeed()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 40);
        var options = new QuantizationOptions { MaximumImages = 10, Method = CalibrationMethod.MinimumMaximum };

        Assert.Equal(10, QuantizedClassifier.Quantize(Model, images, options) is { Report: var report }
            ? report.CalibrationImages + report.HeldBackImages : 0);
        Assert.Equal(options.Draw(40), options.Draw(40));
        Assert.NotEqual(options.Draw(40), (options with { Seed = 2 }).Draw(40));
        Assert.Equal(500, new QuantizationOptions().Draw(10_000).Length);
    }

    [Fact]
    public void Quantize_OfWhatCannotBe_SaysWhyInOneSentence()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 2), larger = SmallClassifiers.Images(Model.Shape with { Width = 16 }, 2),
            none = new(Model.Shape, 0);
        QuantizedClassifier quantized = QuantizedClassifier.Quantize(Model, images);
        // Each value is finite, what the next layer computes from them is not.
        ClassifierModel endless = SmallClassifiers.With(
            SmallClassifiers.With(Model, "conv1.weight", (value, _) => value * 1e30f), "layer1.0.conv1.weight", (value, _) => value * 1e30f);

        Assert.Contains("3 x 8 x 16; the model takes 3 x 8 x 8",
            Assert.Throws<ArgumentException>(() => QuantizedClassifier.Quantize(Model, larger)).Message, StringComparison.Ordinal);
        Assert.Contains("no image", Assert.Throws<ArgumentException>(() => QuantizedClassifier.Quantize(Model, none)).Message,
            StringComparison.Ordinal);
        Assert.Contains("is quantized to int8",
            Assert.Throws<InvalidOperationException>(() => QuantizedClassifier.Quantize(quantized.Model, images)).Message, StringComparison.Ordinal);
        Assert.Contains("layer1.0.relu1", Assert.Throws<InvalidDataException>(() => QuantizedClassifier.Quantize(endless, images)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WithMistakes_ListsThemAll()
    {
        var options = new QuantizationOptions { Method = (CalibrationMethod)9, Percentile = 50, MaximumImages = 501, HeldBackFraction = 1,
            MaximumAccuracyLoss = double.NaN, MinimumAgreement = 2, MaximumFloat32Fraction = -1 };

        string message = Assert.Throws<ArgumentException>(options.Validate).Message;

        Assert.All(new[] { "Method is 9", "Percentile is 50", "MaximumImages is 501", "HeldBackFraction is 1", "MaximumAccuracyLoss is NaN",
            "MinimumAgreement is 2", "MaximumFloat32Fraction is -1" },
            mistake => Assert.Contains(mistake, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_OfAQuantizedModel_GivesAllButItsWeights()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 2);
        byte[] onnx = QuantizedClassifier.Quantize(Model, images).Write();
        using var file = new TemporaryFile(onnx, "int8.onnx");

        ClassifierModel read = OnnxReader.ReadAny(onnx);

        Assert.True(OnnxReader.Recognizes(onnx));
        Assert.True(read.IsQuantized);
        Assert.True(OnnxReader.ReadForScoring(onnx).IsQuantized);
        Assert.Empty(read.Weights.Tensors);
        Assert.Equal((Model.Shape, "small_option_a"), (read.Shape, read.Architecture.Name));
        Assert.Equal(Model.ClassNames, read.ClassNames);
        Assert.Equal(Model.Normalization!.Mean, read.Normalization!.Mean);
        Assert.Contains("quantized to int8", Assert.Throws<InvalidDataException>(() => OnnxReader.Read(onnx)).Message, StringComparison.Ordinal);
        string refusal = Assert.Throws<InvalidDataException>(() => WeightFile.Read(file.Path)).Message;
        Assert.Contains("quantized to int8", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void WithNormalization_OfNone_TakesWhatTheNetworkSees()
    {
        using ImageStore images = SmallClassifiers.Images(Model.Shape, 2), normalized = new(Model.Shape, long.MaxValue);
        QuantizedClassifier quantized = QuantizedClassifier.Quantize(Model, images);
        var pixels = new float[Model.Shape.Length];
        images.CopyTo(0, pixels);
        Model.Normalization!.Apply(pixels, Model.Shape.PlaneLength);
        normalized.Add(pixels, -1);
        float[] Logits(byte[] onnx, ImageStore source)
        {
            using var session = new ClassifierSession(onnx, Model.Shape);
            return session.Logits(source, CancellationToken.None)[0];
        }

        Assert.Equal(Logits(quantized.Write(), images), Logits(quantized.WithNormalization(null).Write(), normalized));
    }
}
