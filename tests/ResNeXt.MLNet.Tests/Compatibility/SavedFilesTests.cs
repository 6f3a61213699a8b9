using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Compatibility;

/// <summary>Pipelines that earlier versions saved.</summary>
public sealed class SavedFilesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1");

    [Theory]
    [InlineData("classifier.zip", "classifier", 1e-4)]
    [InlineData("classifier-int8.zip", "int8", 0.05)]
    public void Load_OfAClassifier_ScoresAsItDid(string file, string recorded, double tolerance)
    {
        ITransformer stock = new MLContext().Model.Load(Path.Combine(Folder, file), out _);
        using ResNeXtTransformer ours = ResNeXtTransformer.Load(new MLContext(), Path.Combine(Folder, file));

        AssertClose(Recorded(recorded), Scores(stock.Transform(KeyedRows())), tolerance);
        AssertClose(Recorded(recorded), Scores(ours.Transform(KeyedRows())), tolerance);
        Assert.Equal(Patterns.Names, ours.ClassNames);
        Assert.Equal(Patterns.Names, KeyValues(stock.Transform(KeyedRows()).Schema["PredictedLabel"]));
    }

    [Fact]
    public void Load_OfAFeaturizer_GivesTheFeaturesThatItGave()
    {
        ITransformer model = new MLContext().Model.Load(Path.Combine(Folder, "featurizer.zip"), out _);

        AssertClose(Recorded("features"), [.. model.Transform(KeyedRows()).GetColumn<float[]>("Features")], 1e-4);
    }

    private static float[][] Recorded(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "classifier-scores.json")));
        return json.RootElement.GetProperty(name).Deserialize<float[][]>()!;
    }

    private static void AssertClose(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.SelectMany(row => row).Zip(actual.SelectMany(row => row)),
            pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }
}
