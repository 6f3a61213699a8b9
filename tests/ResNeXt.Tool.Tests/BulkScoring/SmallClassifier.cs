using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Tests.BulkScoring;

/// <summary>A saved classifier with random weights, for three classes, which is made once.</summary>
public sealed class SmallClassifier : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallClassifier()
    {
        string weights = _folder.File("weights.safetensors");
        using (var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), ClassNames.Length, seed: 1))
            SafetensorsFile.Write(weights, network.GetWeights());
        var mlContext = new MLContext(seed: 1);
        using var model = ResNeXtTransformer.FromWeights(mlContext, "resnet20_cifar", weights, new WeightsOptions
        {
            ClassNames = ClassNames,
            FeatureColumnName = "Image",
            FeatureIsImage = true,
            ImageSize = 16,
        });
        mlContext.Model.Save(model, inputSchema: null, ZipPath);
    }

    public static string[] ClassNames { get; } = ["cat", "dog, or \"wolf\"", "fox"];

    public string ZipPath => _folder.File("model.zip");

    public void Dispose() => _folder.Dispose();
}
