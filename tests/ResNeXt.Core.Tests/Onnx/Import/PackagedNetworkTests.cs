using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights;
using TorchSharp;
using static TorchSharp.torch;
using ModelMetadata = ResNeXt.Core.Onnx.Models.ModelMetadata;

namespace ResNeXt.Core.Tests.Onnx.Import;

public sealed class PackagedNetworkTests
{
    private const int Side = 224, Plane = Side * Side;

    [PackagedNetworkFact]
    public void WeightFile_OfThePackagesNetwork_GivesItsFeatures()
    {
        StateDict weights = WeightFile.Read(PackagedNetworkFactAttribute.Network);
        Architecture architecture = ModelMetadata.Architecture(weights.Metadata)!;
        PixelNormalization normalization = ModelMetadata.Normalization(weights.Metadata)!;
        using var network = new ResidualNetwork(architecture, classes: 2);
        InitialWeights.Load(network, ["a", "b"], weights, "ResNet18.onnx");
        var random = new Random(2);
        float[] pixels = [.. Enumerable.Range(0, 3 * Plane).Select(_ => (float)random.Next(256))];

        Assert.Equal("resnet18_cntk", architecture.Name);
        Assert.Equal([2, 2, 2, 3], architecture.Depths.AsEnumerable());
        Assert.Equal([123.15f, 115.90f, 103.06f], normalization.Mean, (a, b) => Math.Abs(a - b) < 0.01f);
        Assert.Equal([1f, 1, 1], normalization.Std);
        float[] expected = Original(pixels, normalization), actual = Features(network, pixels, normalization);
        Assert.Equal(architecture.FeatureCount, expected.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * expected.Max(Math.Abs)));
    }

    private static float[] Features(ResidualNetwork network, float[] pixels, PixelNormalization normalization)
    {
        float[] image = [.. pixels.Select((value, index) => (value - normalization.Mean[index / Plane]) / normalization.Std[index / Plane])];
        network.eval();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable grad = no_grad();
        return network.ForwardFeatures(tensor(image, [1, 3, Side, Side])).ToFloats();
    }

    // Blue, green, red minus the mean.
    private static float[] Original(float[] pixels, PixelNormalization normalization)
    {
        float[] image = [.. Enumerable.Range(0, 3 * Plane).Select(index => (2 - index / Plane) * Plane + index % Plane)
            .Select(index => pixels[index] - normalization.Mean[index / Plane])];
        using var session = new InferenceSession(PackagedNetworkFactAttribute.Network);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, Side, Side]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            run, new Dictionary<string, OrtValue> { [session.InputNames[0]] = input }, session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
