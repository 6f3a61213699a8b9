using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Tests.Quantization;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class ClassActivationModelTests
{
    private const int Side = 16;

    private static readonly ImageShape Shape = new(3, Side, Side);

    public static TheoryData<string> Networks => [.. SmallClassifiers.Architectures.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Of_AnyNetwork_AveragesToTheLogits(string name)
    {
        ClassifierModel model = Create(SmallClassifiers.Architectures.Single(architecture => architecture.Name == name));
        using ImageStore images = SmallClassifiers.Images(model.Shape, count: 1);

        (float[] logits, float[][] maps) = Compute(OnnxExporter.Write(model), images);

        float[] bias = model.Weights.Tensors["fc.bias"].Values.ToArray();
        Assert.All(logits.Index(), logit => Assert.Equal(logit.Item, maps[logit.Index].Average() + bias[logit.Index], 1e-4));
    }

    [Fact]
    public void Of_AModelWithTestTimeFlip_FindsTheWeightsOfTheLastLayer()
    {
        ClassifierModel model = Create(SmallNetworks.ResNet) with { TestTimeFlip = true };

        ClassActivationModel activation = ClassActivationModel.Of(OnnxExporter.Write(model));

        Assert.Equal(model.Weights.Tensors["fc.weight"].Values.ToArray(), activation.Weights.Values);
    }

    [Theory]
    [InlineData("small_resnet")]
    [InlineData("small_resnext")]
    public void Of_AModel_AgreesWithGradCamFromTheGradientsOfLibTorch(string name)
    {
        ClassifierModel model = Create(SmallClassifiers.Architectures.Single(architecture => architecture.Name == name));
        using ImageStore images = SmallClassifiers.Images(model.Shape, count: 1);
        var pixels = new float[model.Shape.Length];
        images.CopyTo(0, pixels);

        (_, float[][] maps) = Compute(OnnxExporter.Write(model), images);

        for (int classIndex = 0; classIndex < SmallClassifiers.Classes; classIndex++)
        {
            float[] gradCam = GradCam.Compute(model, pixels, classIndex);
            float[] map = [.. maps[classIndex].Select(value => Math.Max(0, value))];
            Assert.True(gradCam.Max() == 0 ? map.Max() < 1e-5 : Correlation(gradCam, map) >= 0.95, $"class {classIndex}");
        }
    }

    [Fact]
    public void Of_AnInt8Model_GivesNearlyTheMapsOfTheFloat32Model()
    {
        ClassifierModel model = Create(SmallNetworks.ResNet);
        using ImageStore images = SmallClassifiers.Images(model.Shape, count: 24);

        (_, float[][] expected) = Compute(OnnxExporter.Write(model), images);
        (_, float[][] actual) = Compute(QuantizedClassifier.Quantize(model, images).Write(), images);

        Assert.All(expected.Zip(actual), pair => Assert.InRange(Correlation(pair.First, pair.Second), 0.95, 1));
    }

    [Fact]
    public void Of_AGraphWithoutPooling_IsRefused()
    {
        byte[] onnx = OnnxExporter.Write(Create(SmallNetworks.ResNet), new OnnxSignature(), (graph, images, logits) =>
            graph.Add("Gemm", logits, [images, images]));

        Assert.Contains("poolings", Assert.Throws<InvalidDataException>(() => ClassActivationModel.Of(onnx)).Message, StringComparison.Ordinal);
    }

    private static ClassifierModel Create(Architecture architecture) => SmallClassifiers.Create(architecture) with
    {
        Shape = architecture.MinimumImageSize > Side ? new(3, architecture.MinimumImageSize, architecture.MinimumImageSize) : Shape,
    };

    // The logits and the class activation map of every class for the first image.
    private static (float[] Logits, float[][] Maps) Compute(byte[] onnx, IImageDataset images)
    {
        var model = ClassActivationModel.Of(onnx);
        using var session = new InferenceSession(model.Onnx);
        var pixels = new float[images.Shape.Length];
        images.CopyTo(0, pixels);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, images.Shape.Height, images.Shape.Width]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            run, new Dictionary<string, OrtValue> { [model.Signature.Input] = input }, [OnnxSignature.Logits, model.Maps]);
        float[] features = outputs[1].GetTensorDataAsSpan<float>().ToArray();
        int places = features.Length / model.Weights.Channels;
        float[][] maps = [.. Enumerable.Range(0, model.Weights.Classes).Select(classIndex => Enumerable.Range(0, places).Select(place =>
            Enumerable.Range(0, model.Weights.Channels).Sum(channel => model.Weights.Of(classIndex)[channel] * features[channel * places + place])).ToArray())];
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), maps);
    }

    private static double Correlation(float[] a, float[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double Covariance(float[] x, double meanX, float[] y, double meanY) => x.Zip(y, (p, q) => (p - meanX) * (q - meanY)).Sum();
        return Covariance(a, meanA, b, meanB) / Math.Sqrt(Covariance(a, meanA, a, meanA) * Covariance(b, meanB, b, meanB));
    }
}
