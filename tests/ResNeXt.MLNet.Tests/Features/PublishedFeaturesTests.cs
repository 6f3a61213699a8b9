using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;
using ResNeXt.MLNet.Tests.Operations;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Features;

/// <summary>Features of a network that others trained, and what stock trainers make of them: five classes of CIFAR-10.</summary>
public sealed class PublishedFeaturesTests(ITestOutputHelper output)
{
    private const int Classes = 5;

    [SharedDataFact]
    public void LbfgsMaximumEntropy_OnFeatures_ClassifiesNineOfTen() =>
        AssertClassifies(MlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

    [SharedDataFact]
    public void LightGbm_OnFeatures_ClassifiesNineOfTen() => AssertClassifies(MlContext.MulticlassClassification.Trainers.LightGbm(
        new LightGbmMulticlassTrainer.Options { NumberOfIterations = 20, NumberOfThreads = 1, Deterministic = true, Seed = 1 }));

    [SharedDataFact]
    public void KMeans_OnFeatures_FindsTheClassesByItself()
    {
        // The first centers are drawn: from a context of its own, the draw does not depend on the tests before.
        ITransformer model = new MLContext(seed: 1).Clustering.Trainers.KMeans(
            new KMeansTrainer.Options { FeatureColumnName = "Features", NumberOfClusters = Classes, NumberOfThreads = 1 }).Fit(Sets.Training);
        var clusters = model.Transform(Sets.Test).GetColumn<uint>("PredictedLabel").Zip(Sets.Test.GetColumn<uint>("Label")).ToArray();

        // The share of images that are of the class that is most frequent in their cluster.
        double purity = clusters.GroupBy(item => item.First).Sum(cluster => cluster.CountBy(item => item.Second).Max(item => item.Value)) / (double)clusters.Length;

        output.WriteLine($"purity {purity:P1}");
        Assert.True(purity > 0.8, $"purity {purity}");
    }

    [SharedDataFact]
    public void NearestNeighbour_ByCosine_IsOfTheSameClass()
    {
        (float[] Features, uint Label)[] known = Labelled(Sets.Training), asked = Labelled(Sets.Test);

        int right = asked.Count(image => known.MaxBy(other => Cosine(image.Features, other.Features)).Label == image.Label);

        output.WriteLine($"{right} of {asked.Length}");
        Assert.True(right > 0.9 * asked.Length, $"{right} of {asked.Length}");
    }

    private void AssertClassifies(IEstimator<ITransformer> trainer)
    {
        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(trainer.Fit(Sets.Training).Transform(Sets.Test));

        output.WriteLine($"accuracy {metrics.MicroAccuracy:P2}");
        Assert.True(metrics.MicroAccuracy >= 0.9, $"accuracy {metrics.MicroAccuracy}");
    }

    private static (float[] Features, uint Label)[] Labelled(IDataView data) =>
        [.. data.GetColumn<float[]>("Features").Zip(data.GetColumn<uint>("Label"))];

    private static double Cosine(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(a, b);

    /// <summary>The features of both sets, computed once for all tests.</summary>
    private static class Sets
    {
        private static readonly Lazy<ITransformer> Featurizer = new(() => MlContext.Transforms.ResNeXtFeaturizer(
            "Features", "Planar", "resnet56_cifar", SharedData.Path("data", "weights", "resnet56-4bfd9763.th")).Fit(Rows("test_2000.bin", 1)));

        private static readonly Lazy<IDataView> LazyTraining = new(() => Features("train_10000.bin", 200)), LazyTest = new(() => Features("test_2000.bin", 300));

        public static IDataView Training => LazyTraining.Value;

        public static IDataView Test => LazyTest.Value;

        private static IDataView Features(string file, int count) => MlContext.Data.Cache(Featurizer.Value.Transform(Rows(file, count)), "Features", "Label");

        private static IDataView Rows(string file, int count) =>
            MlContext.Data.LoadFromEnumerable(CifarRow.Read(file).Where(row => row.Label < Classes).Take(count));
    }
}
