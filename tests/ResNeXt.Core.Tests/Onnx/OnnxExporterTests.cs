using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Tests.Onnx;

public sealed class OnnxExporterTests
{
    private static readonly Architecture Small = Architectures.Get("resnext29_32x4d_cifar") with { Name = "small", Depths = [1, 1, 1], Cardinality = 4, StemWidth = 16, BaseWidth = 16 };

    public static TheoryData<string> Networks => [.. Architectures.All.Where(item => item.ParameterCount(10) < 13_000_000).Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Write_OfEveryKnownNetworkOfModestSize_ComputesWhatTheNetworkComputes(string name)
    {
        Architecture architecture = Architectures.Get(name);
        using var network = new ResidualNetwork(architecture, 7, seed: 2);

        Verify(network, architecture.MinimumImageSize);
    }

    [Theory]
    [InlineData(PixelLayout.Planar, true)]
    [InlineData(PixelLayout.Interleaved, true)]
    [InlineData(PixelLayout.Planar, false)]
    public void Write_WithAnyLayoutAndNormalization_ComputesWhatTheNetworkComputes(PixelLayout layout, bool normalized)
    {
        using var network = new ResidualNetwork(Small, 7, seed: 2);
        Verify(network, 16, new OnnxSignature { Input = "Pixels", Layout = layout, Score = "P", PredictedLabel = "L" }, normalized);
    }

    [Fact]
    public void Write_ScoringRowsTogether_EqualsScoringThemAlone()
    {
        using var network = new ResidualNetwork(Small, 7, seed: 2);
        ClassifierModel model = Model(network, 16, normalized: true);
        using var session = new InferenceSession(OnnxExporter.Write(model));
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, model.Shape.Length).Select(_ => random.NextSingle() * 255).ToArray())];

        float[] together = Run(session, [.. rows.SelectMany(row => row)], 3, "Score");
        Assert.Equal(together, rows.SelectMany(row => Run(session, row, 1, "Score")), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(together.Chunk(7), scores => Assert.Equal(1, scores.Sum(), 1e-5));
    }

    [Fact]
    public void Write_WithTestTimeFlip_AveragesTheLogitsOfImagesAndTheirMirrorImages()
    {
        using var network = new ResidualNetwork(Small, 7, seed: 2);
        ClassifierModel model = Model(network, 16, normalized: true);
        using InferenceSession plain = new(OnnxExporter.Write(model)), flip = new(OnnxExporter.Write(model with { TestTimeFlip = true }));
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, 3 * model.Shape.Length).Select(_ => random.NextSingle() * 255)];
        float[] mirrored = [.. pixels.Chunk(model.Shape.Width).SelectMany(row => row.Reverse())];

        float[] logits = Run(plain, pixels, 3, OnnxSignature.Logits), logitsOfMirrored = Run(plain, mirrored, 3, OnnxSignature.Logits);

        Assert.NotEqual(logits, logitsOfMirrored, (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(logits.Zip(logitsOfMirrored, (a, b) => (a + b) / 2), Run(flip, pixels, 3, OnnxSignature.Logits), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Read_OfAModelWithTestTimeFlip_KnowsItsGraph()
    {
        using var network = new ResidualNetwork(Small, 7, seed: 2);

        ClassifierModel read = OnnxReader.Read(OnnxExporter.Write(Model(network, 16, normalized: true) with { TestTimeFlip = true }));

        Assert.True(read is { TestTimeFlip: true, HasOtherGraph: false });
        OnnxVerification.Compare(OnnxExporter.Write(read), new OnnxSignature(), network, read);
    }

    [Fact]
    public void Read_OfAWrittenModel_GivesEverythingBackBitForBit()
    {
        using var network = new ResidualNetwork(Small, 3, seed: 2);
        ClassifierModel model = Model(network, 16, normalized: true) with
        {
            ClassNames = ["a \"b\"", "ü", ", 3"],
            Notes = new Dictionary<string, string> { ["who"] = "me" },
        };

        ClassifierModel read = OnnxReader.Read(OnnxExporter.Write(model));

        Assert.Equal(model.ClassNames, read.ClassNames);
        Assert.Equal(model.Shape, read.Shape);
        Assert.Equal(model.Normalization!.Mean, read.Normalization!.Mean);
        Assert.Equal(model.Normalization.Std, read.Normalization.Std);
        Assert.Equal(model.Notes, read.Notes);
        Assert.Equal(Small with { Depths = default }, read.Architecture with { Depths = default });
        Assert.Equal(Small.Depths.AsEnumerable(), read.Architecture.Depths);
        Assert.Equal(model.Weights.Tensors.Keys, read.Weights.Tensors.Keys);
        Assert.All(model.Weights.Tensors, item => Assert.Equal(item.Value.Values.ToArray(), read.Weights.Tensors[item.Key].Values.ToArray()));
    }

    [Fact]
    public void Compare_OfAGraphWithOtherWeights_Throws()
    {
        using var network = new ResidualNetwork(Small, 7, seed: 2);
        using var other = new ResidualNetwork(Small, 7, seed: 3);
        ClassifierModel model = Model(network, 16, normalized: true);

        Assert.Throws<InvalidOperationException>(() => OnnxVerification.Compare(OnnxExporter.Write(model), new OnnxSignature(), other, model));
    }

    [Fact]
    public void Write_WithATensorMissing_NamesIt()
    {
        using var network = new ResidualNetwork(Small, 7);
        ClassifierModel model = Model(network, 16, normalized: true);
        model = model with { Weights = new StateDict(model.Weights.Tensors.Where(item => item.Key != "fc.bias")) };

        Assert.Contains("fc.bias", Assert.Throws<ArgumentException>(() => OnnxExporter.Write(model)).Message);
    }

    private static void Verify(ResidualNetwork network, int size, OnnxSignature? surface = null, bool normalized = true)
    {
        surface ??= new OnnxSignature();
        ClassifierModel model = Model(network, size, normalized);
        OnnxVerification.Compare(OnnxExporter.Write(model, surface), surface, network, model);
    }

    private static ClassifierModel Model(ResidualNetwork network, int size, bool normalized) => new()
    {
        Architecture = network.Architecture,
        Weights = network.GetWeights(),
        ClassNames = [.. Enumerable.Range(0, network.Classes).Select(index => $"class {index}")],
        Shape = new ImageShape(3, size, size),
        Normalization = normalized ? PixelNormalization.ImageNet : null,
    };

    private static float[] Run(InferenceSession session, float[] pixels, int rows, string output)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [rows, 3, 16, 16]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["Features"] = input }, [output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
