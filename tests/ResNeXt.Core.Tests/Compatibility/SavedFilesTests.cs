using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Tests.Quantization;
using ResNeXt.Core.Tests.Training;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;
using TorchSharp;

namespace ResNeXt.Core.Tests.Compatibility;

/// <summary>Files that earlier versions wrote.</summary>
public sealed class SavedFilesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1");

    [Theory]
    [InlineData("network.safetensors")]
    [InlineData("network.onnx")]
    public void Read_OfWeights_GivesTheNetworkThatScoresAsItDid(string file)
    {
        StateDict weights = WeightFile.Read(Path.Combine(Folder, file));
        Architecture architecture = Core.Onnx.Models.ModelMetadata.Architecture(weights.Metadata)!;
        using var network = new ResidualNetwork(architecture, 5);
        network.SetWeights(weights);
        network.eval();
        using ImageStore images = Images();
        PixelNormalization normalization = Core.Onnx.Models.ModelMetadata.Normalization(weights.Metadata)!;

        foreach ((int index, float[] expected) in Recorded("scores").Index())
        {
            var pixels = new float[images.Shape.Length];
            images.CopyTo(index, pixels);
            normalization.Apply(pixels, images.Shape.PlaneLength);
            using torch.Tensor input = torch.tensor(pixels, [1, 3, images.Shape.Height, images.Shape.Width]);
            using torch.Tensor logits = network.call(input), scores = logits.softmax(1);
            AssertClose(expected, scores.data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData("network.onnx", "scores")]
    [InlineData("network-int8.onnx", "int8")]
    [InlineData("features.onnx", "features")]
    public void Run_OfAnOnnxModel_GivesWhatItGave(string file, string recorded)
    {
        using var session = new InferenceSession(Path.Combine(Folder, file));
        using ImageStore images = Images();

        foreach ((int index, float[] expected) in Recorded(recorded).Index())
        {
            var pixels = new float[images.Shape.Length];
            images.CopyTo(index, pixels);
            using var values = session.Run(
                [NamedOnnxValue.CreateFromTensor(session.InputNames[0], new DenseTensor<float>(pixels, [1, 3, images.Shape.Height, images.Shape.Width]))]);
            float[] actual = (recorded == "features" ? values[0] : values.First(value => value.Name == "Score")).AsTensor<float>().ToArray();
            AssertClose(expected, actual, recorded == "int8" ? 0.05 : 1e-4);
        }
    }

    [Fact]
    public void Read_OfAnInt8Model_KnowsItsNetwork()
    {
        ClassifierModel model = OnnxReader.ReadAny(File.ReadAllBytes(Path.Combine(Folder, "network-int8.onnx")));

        Assert.True(model.IsQuantized);
        Assert.Equal(5, model.ClassNames.Count);
    }

    [Fact]
    public void Train_FromACheckpoint_GoesOnWithTheSameOptions()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Path.Combine(Folder, "checkpoints")))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe);

        StateDict trained = SmallTraining.Train(options, SmallTraining.Checkpoints(folder.Path, options));

        StateDict expected = WeightFile.Read(Path.Combine(Folder, "trained.safetensors"));
        foreach ((string name, WeightTensor tensor) in expected.Tensors)
            AssertClose(tensor.Values.ToArray(), trained.Tensors[name].Values.ToArray(), 0.01);
    }

    private static ImageStore Images() => SmallClassifiers.Images(new ImageShape(3, SmallNetworks.ImageSize, SmallNetworks.ImageSize), 20);

    private static float[][] Recorded(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "network-scores.json")));
        return json.RootElement.GetProperty(name).Deserialize<float[][]>()!;
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }
}
