using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Few images and small batches, on networks whose last maps are single values and on others.</summary>
public sealed class SmallBatchTests
{
    private const int Most = 12;

    // Four stages make of 8 pixels maps of 8, 4, 2 and 1.
    private static readonly Architecture Deep = SmallNetworks.ResNet with { Depths = [1, 1, 1, 1], StemWidth = 4 };

    private static readonly TrainingRecipe Recipe = SmallTraining.Recipe with { MaxEpochs = 1, BatchSize = 2 };

    public static TheoryData<string> Recipes => [.. Named.Keys];

    private static Dictionary<string, TrainingRecipe> Named { get; } = new()
    {
        ["AdamW, clipped"] = Recipe with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.003f, MaxGradientNorm = 1 },
        ["Accumulated"] = Recipe with { GradientAccumulationSteps = 2 },
        ["Balanced"] = Recipe with { BalancedSampling = true },
        ["Mixed"] = Recipe with { Augmentation = AugmentationPolicy.Modern },
        ["Fine-tuned on cached features"] = Recipe with { MaxEpochs = 2, FineTuning = new() { FrozenEpochs = 1 } },
        ["Fine-tuned without a cache"] = Recipe with { MaxEpochs = 2, FineTuning = new() { FrozenEpochs = 1, CacheFeatures = false } },
        ["Fine-tuned stage by stage"] = Recipe with { MaxEpochs = 4, FineTuning = new() { FrozenEpochs = 1, EpochsPerStage = 1 } },
    };

    [Fact]
    public void Train_WithAnyNumberOfImagesAndAnyBatchSizeOnSingleValues_EndsWithFiniteWeights()
    {
        for (int images = 2; images <= Most; images++)
        {
            for (int batchSize = 2; batchSize <= Most; batchSize++)
                AssertTrains(Deep, Recipe with { BatchSize = batchSize }, images);
        }
    }

    [Theory]
    [InlineData("ResNet")]
    [InlineData("ResNeXt")]
    [InlineData("without normalization")]
    public void Train_WithAnyNumberOfImagesInBatchesOfTwoOnLargerMapsOrWithoutNormalization_EndsWithFiniteWeights(string name)
    {
        Architecture architecture = name switch
        {
            "ResNet" => SmallNetworks.ResNet,
            "ResNeXt" => SmallNetworks.ResNeXt,
            _ => Deep.InTextbookForm(),
        };
        for (int images = 2; images <= Most; images++)
            AssertTrains(architecture, Recipe with { LearningRate = 0.01f }, images);
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Train_OnOddNumbersOfImagesWithEveryPartOfARecipe_EndsWithFiniteWeights(string recipe)
    {
        foreach (int images in new[] { 3, 5, 9 })
            AssertTrains(Deep, Named[recipe], images);
    }

    [Fact]
    public void Train_WithOneValidationImage_ReportsAFiniteLoss()
    {
        using ImageStore training = SmallTraining.Images(5), validation = SmallTraining.Images(1, 2);
        using ResidualNetwork network = new(Deep, 2, seed: 1);

        TrainingResult outcome = Trainer(network, Recipe).Train(training, validation);

        Assert.True(double.IsFinite(outcome.Epochs.Single().ValidationLoss!.Value));
    }

    [Fact]
    public void Find_OnAnOddNumberOfImagesInBatchesOfTwo_TriesEveryRate()
    {
        using ImageStore training = SmallTraining.Images(5);
        using ResidualNetwork network = new(Deep, 2, seed: 1);
        var range = new LearningRateRange { Highest = 1e-4f, Steps = 20 };

        LearningRateCurve curve = new LearningRateFinder(network, SmallTraining.Normalization, SmallTraining.Options(Recipe)).Find(training, range);

        Assert.Equal(20, curve.Points.Count);
        Assert.All(curve.Points, point => Assert.True(double.IsFinite(point.Loss)));
    }

    [Fact]
    public void Train_ResumedWithinAnEpochOfAnOddNumberOfImages_EndsWithTheSameWeights()
    {
        using var folder = new TemporaryFolder();
        StateDict uninterrupted = Train(checkpoints: null);
        SmallTraining.AssertSame(uninterrupted, Train(Checkpoints(folder.Path)));
        string[] states = Directory.GetFiles(folder.Path);
        // Seven images make three batches in each of two epochs, and every epoch ends with one state more.
        Assert.Equal(8, states.Length);

        foreach (string state in states)
        {
            using var one = new TemporaryFolder();
            File.Copy(state, Path.Combine(one.Path, Path.GetFileName(state)));
            SmallTraining.AssertSame(uninterrupted, Train(Checkpoints(one.Path)));
        }
    }

    [Fact]
    public void Train_WithOneImageOrBatchesOfOne_SaysWhatIsNeeded()
    {
        using ImageStore one = SmallTraining.Images(1);
        using ResidualNetwork network = new(Deep, 2, seed: 1);

        Assert.Contains("The training set has only one image; at least 2 are needed.",
            Assert.Throws<ArgumentException>(() => Trainer(network, Recipe).Train(one)).Message);
        Assert.Contains("BatchSize is 1; it must be between 2 and 4096",
            Assert.Throws<ArgumentException>(() => Trainer(network, Recipe with { BatchSize = 1 })).Message);
    }

    [Theory]
    [InlineData(8, 8, 2)]
    [InlineData(8, 16, 1)]
    [InlineData(16, 16, 1)]
    public void LeastBatch_BySizeOfTheLastMaps_IsTwoOnSingleValuesOnly(int height, int width, int expected)
    {
        using ResidualNetwork network = new(Deep, 2), plain = new(Deep.InTextbookForm(), 2);
        var shape = new ImageShape(3, height, width);

        Assert.Equal(expected, network.LeastBatch(shape, ["layer4", "fc"]));
        Assert.Equal(1, network.LeastBatch(shape, ["fc"]));
        Assert.Equal(1, plain.LeastBatch(shape, ["layer4", "fc"]));
    }

    private static void AssertTrains(Architecture architecture, TrainingRecipe recipe, int images)
    {
        using ImageStore training = SmallTraining.Images(images);
        using ResidualNetwork network = new(architecture, 2, seed: 1);

        TrainingResult outcome = Trainer(network, recipe).Train(training);

        string which = $"{images} images in batches of {recipe.BatchSize}";
        Assert.True(outcome.Epochs.Count == recipe.MaxEpochs && outcome.Epochs.All(epoch => double.IsFinite(epoch.TrainLoss)), which);
        Assert.True(network.GetWeights().Tensors.Values.All(tensor => tensor.Values.ToArray().All(float.IsFinite)), which);
        Assert.DoesNotContain(outcome.Warnings, warning => warning.Contains("diverged", StringComparison.Ordinal));
    }

    private static ClassifierTrainer Trainer(ResidualNetwork network, TrainingRecipe recipe) =>
        new(network, SmallTraining.Normalization, SmallTraining.Options(recipe));

    private static StateDict Train(CheckpointFolder? checkpoints)
    {
        using ImageStore training = SmallTraining.Images(7);
        using ResidualNetwork network = new(Deep, 2, seed: 1);
        Trainer(network, Recipe with { MaxEpochs = 2 }).Train(training, checkpoints: checkpoints);
        return network.GetWeights();
    }

    private static CheckpointFolder Checkpoints(string folder)
    {
        using ImageStore training = SmallTraining.Images(7);
        TrainingOptions options = SmallTraining.Options(Recipe with { MaxEpochs = 2 });
        IReadOnlyDictionary<string, string> identity = CheckpointFolder.Identity(Deep, options, SmallTraining.Normalization, training, null);
        return new(folder, resume: true, identity, TimeSpan.Zero, kept: 1000);
    }
}
