using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class FeatureExporterTests
{
    private const int Images = 2;

    public static TheoryData<string> Networks => ["resnet20_cifar", "resnext29_32x4d_cifar", "resnet18"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Write_OfPooledFeatures_ComputesWhatTheNetworkComputes(string name)
    {
        Architecture architecture = Architectures.Get(name);
        using var network = new ResidualNetwork(architecture, 3, seed: 2);
        network.eval();
        FeatureModel model = Model(architecture, network.GetWeights());
        float[] pixels = Pixels(model.Shape);

        using DisposeScope scope = NewDisposeScope();
        using var inference = inference_mode();
        float[] expected = network.ForwardFeatures(tensor(pixels, [Images, 3, model.Shape.Height, model.Shape.Width])).data<float>().ToArray();

        AssertClose(expected, Run(FeatureExporter.Write(model), pixels, model.Shape));
        Assert.Equal(architecture.FeatureCount, model.Names.Count);
    }

    [Fact]
    public void Write_WithTestTimeFlip_AveragesTheFeaturesOfImagesAndTheirMirrorImages()
    {
        using var network = new ResidualNetwork(SmallNetworks.ResNeXt, 3, seed: 2);
        FeatureModel plain = Model(network.Architecture, network.GetWeights());
        float[] pixels = Pixels(plain.Shape), mirrored = [.. pixels.Chunk(plain.Shape.Width).SelectMany(row => row.Reverse())];
        byte[] onnx = FeatureExporter.Write(plain);
        float[] expected = [.. Run(onnx, pixels, plain.Shape).Zip(Run(onnx, mirrored, plain.Shape), (first, second) => (first + second) / 2)];

        AssertClose(expected, Run(FeatureExporter.Write(plain with { TestTimeFlip = true }), pixels, plain.Shape));
    }

    [Fact]
    public void Write_OfAStage_EqualsTheNetworkThatEndsThere()
    {
        Architecture whole = SmallNetworks.ResNeXt, first = whole with { Depths = [whole.Depths[0]] };
        using var network = new ResidualNetwork(whole, 3, seed: 2);
        FeatureModel stage = Model(whole, network.GetWeights()) with { Layer = "layer1" };

        FeatureModel ending = Model(first, new StateDict(network.GetWeights().Tensors.Where(item => !item.Key.StartsWith("layer2", StringComparison.Ordinal))));

        float[] pixels = Pixels(stage.Shape);
        Assert.Equal(Run(FeatureExporter.Write(ending), pixels, stage.Shape), Run(FeatureExporter.Write(stage), pixels, stage.Shape));
        Assert.Equal("layer1.0", stage.Names[0]);
    }

    [Fact]
    public void Write_OfAStage_LeavesOutTheTensorsBehindIt()
    {
        using var network = new ResidualNetwork(SmallNetworks.ResNeXt, 3, seed: 2);
        FeatureModel stage = Model(network.Architecture, network.GetWeights()) with { Layer = "layer1" };

        string[] tensors = [.. Schema(FeatureExporter.Write(stage))];

        Assert.Contains("layer1.0.conv1.weight", tensors);
        Assert.DoesNotContain(tensors, name => name.StartsWith("layer2", StringComparison.Ordinal) || name.StartsWith("fc", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_OfAnything_IsNoClassifier()
    {
        using var network = new ResidualNetwork(SmallNetworks.ResNeXt, 3, seed: 2);

        Assert.False(OnnxReader.Recognizes(FeatureExporter.Write(Model(network.Architecture, network.GetWeights()))));
    }

    [Fact]
    public void Write_WithMistakes_SaysWhatIsGivenAndAllowed()
    {
        using var network = new ResidualNetwork(SmallNetworks.ResNeXt, 3, seed: 2);
        FeatureModel model = Model(network.Architecture, network.GetWeights());
        string Message(FeatureModel wrong, FeatureSignature? surface = null) => Assert.Throws<ArgumentException>(() => FeatureExporter.Write(wrong, surface)).Message;

        Assert.Contains("'avgpool', 'layer1', 'layer2'", Message(model with { Layer = "layer3" }), StringComparison.Ordinal);
        Assert.Contains("at least 8", Message(model with { Shape = new ImageShape(3, 32, 7) }), StringComparison.Ordinal);
        Assert.Contains("4 channels", Message(model with { Shape = new ImageShape(4, 8, 8) }), StringComparison.Ordinal);
        Assert.Contains("conv1.weight", Message(model with { Weights = new StateDict([]) }), StringComparison.Ordinal);
        Assert.Contains("must differ", Message(model, new FeatureSignature { Output = "Images" }), StringComparison.Ordinal);
    }

    private static FeatureModel Model(Architecture architecture, StateDict weights) => new()
    {
        Architecture = architecture,
        Weights = weights,
        Shape = new ImageShape(3, architecture.MinimumImageSize, architecture.MinimumImageSize),
    };

    private static float[] Pixels(ImageShape shape)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Images * shape.Length).Select(_ => random.NextSingle() * 4 - 2)];
    }

    private static IEnumerable<string> Schema(byte[] onnx) =>
        Core.Onnx.Schema.ModelProto.Parser.ParseFrom(onnx).Graph.Initializer.Select(tensor => tensor.Name);

    private static float[] Run(byte[] onnx, float[] pixels, ImageShape shape)
    {
        using var session = new InferenceSession(onnx);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [Images, shape.Channels, shape.Height, shape.Width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["Images"] = input }, ["Features"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() <= 1e-4 * expected.Max(Math.Abs));
    }
}
