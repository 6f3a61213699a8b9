using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Recipes;

public sealed class FineTuningTests
{
    private static readonly TrainingRecipe AllFrozen = SmallTraining.FineTune with { FineTuning = new() { FrozenEpochs = 4 } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_WithEverythingFrozen_ChangesTheHeadAndNothingElse(bool cacheFeatures)
    {
        using ResidualNetwork network = SmallTraining.Network();
        StateDict after = Train(AllFrozen with { FineTuning = AllFrozen.FineTuning! with { CacheFeatures = cacheFeatures } });

        Assert.Equal(["fc.weight", "fc.bias"], SmallTraining.Changed(network.GetWeights(), after));
    }

    public static TheoryData<FineTuning> Allowed =>
    [
        new() { FrozenEpochs = 1, EpochsPerStage = 0, UnfrozenRate = float.Epsilon, FeatureRate = float.Epsilon, RatePerStage = float.Epsilon },
        new() { FrozenEpochs = 5, EpochsPerStage = 9, UnfrozenRate = 1, FeatureRate = 4, RatePerStage = 1 },
        new() { FeatureRate = null, DiscriminantHead = true, CacheFeatures = true },
        new() { DiscriminantHead = false, CacheFeatures = false },
        new() { Interpolation = float.Epsilon },
        new() { Interpolation = 1 },
    ];

    public static TheoryData<FineTuning, string> Impossible => new()
    {
        { new() { FrozenEpochs = 0 }, "FrozenEpochs is 0" },
        { new() { FrozenEpochs = 6 }, "FrozenEpochs is 6; it must be between 1 and MaxEpochs, which is 5" },
        { new() { EpochsPerStage = -1 }, "EpochsPerStage is -1" },
        { new() { UnfrozenRate = 0 }, "UnfrozenRate is 0" },
        { new() { UnfrozenRate = 1.01f }, "UnfrozenRate is 1.01" },
        { new() { FeatureRate = 0 }, "FeatureRate is 0" },
        { new() { FeatureRate = 4.01f }, "FeatureRate is 4.01" },
        { new() { DiscriminantHead = true, CacheFeatures = false }, "DiscriminantHead is set without CacheFeatures" },
        { new() { RatePerStage = 0 }, "RatePerStage is 0" },
        { new() { RatePerStage = float.NaN }, "RatePerStage is NaN" },
        { new() { Interpolation = 0 }, "Interpolation is 0; it must be above 0 and at most 1" },
        { new() { Interpolation = 1.01f }, "Interpolation is 1.01" },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void GetValidationErrors_AtTheEndsOfTheRanges_AreNone(FineTuning settings) => Assert.Empty(settings.GetValidationErrors(maxEpochs: 5));

    [Theory]
    [MemberData(nameof(Impossible))]
    public void GetValidationErrors_BeyondARange_NameTheSetting(FineTuning settings, string mention) =>
        Assert.Contains(mention, Assert.Single(settings.GetValidationErrors(maxEpochs: 5)));

    [Fact]
    public void Train_OnCachedFeatures_GivesTheHeadThatFeaturesOfEveryEpochGive()
    {
        StateDict cached = Train(AllFrozen), computed = Train(AllFrozen with { FineTuning = AllFrozen.FineTuning! with { CacheFeatures = false } });

        float[] expected = cached.Tensors["fc.weight"].Values.ToArray(), actual = computed.Tensors["fc.weight"].Values.ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    // What a linear classifier learns does not depend on the unit of its inputs.
    [Fact]
    public void Train_WithAFeatureRate_LearnsTheSameFromFeaturesOfAnySize()
    {
        TrainingRecipe recipe = AllFrozen with { EmaDecay = null, WeightDecay = 0, FineTuning = AllFrozen.FineTuning! with { FeatureRate = 1 } };

        double[] losses = [.. new[] { 1f, 100f }.Select(size => LastLoss(recipe, size))];

        Assert.Equal(losses[0], losses[1], 0.02);
        Assert.NotEqual(losses[0], LastLoss(recipe with { FineTuning = recipe.FineTuning! with { FeatureRate = 0.1f } }, size: 1), 0.02);
    }

    [Fact]
    public void Train_WithInterpolation_KeepsWeightsBetweenThoseOfTheFrozenEpochsAndTheLearned()
    {
        TrainingRecipe recipe = SmallTraining.FineTune with { MaxEpochs = 3, EmaDecay = null };
        StateDict Kept(int epochs, float? interpolation) => Train(recipe with
        {
            MaxEpochs = epochs,
            FineTuning = recipe.FineTuning! with { FrozenEpochs = 2, Interpolation = interpolation },
        });
        StateDict start = Kept(2, null), learned = Kept(3, null), between = Kept(3, 0.25f);

        Assert.Equal(SmallTraining.Changed(start, learned), SmallTraining.Changed(start, between));
        Assert.All(between.Tensors, tensor => Assert.All(
            start.Tensors[tensor.Key].Values.ToArray().Zip(learned.Tensors[tensor.Key].Values.ToArray(), tensor.Value.Values.ToArray()),
            value => Assert.Equal(0.75 * value.First + 0.25 * value.Second, value.Third, 1e-5)));
        SmallTraining.AssertSame(learned, Kept(3, 1));
    }

    // The images of the two classes differ in brightness alone, so their features can be told apart without any training.
    [Fact]
    public void Train_FromADiscriminantHead_ClassifiesAtOnce()
    {
        TrainingRecipe recipe = AllFrozen with { MaxEpochs = 1, LearningRate = 1e-6f, EmaDecay = null };
        double Accuracy(bool discriminant)
        {
            using ImageStore images = SmallTraining.Images(30);
            using ResidualNetwork network = SmallTraining.Network();
            TrainingOptions options = SmallTraining.Options(recipe with { FineTuning = new() { FrozenEpochs = 1, DiscriminantHead = discriminant } });
            return new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(images).Epochs[^1].TrainAccuracy;
        }

        Assert.Equal(1, Accuracy(discriminant: true));
        Assert.InRange(Accuracy(discriminant: false), 0, 0.9);
    }

    // Images that look alike have features that differ little, so discriminant analysis gives the last layer large weights, and these the other layers
    // large gradients.
    [Theory]
    [InlineData(1)]
    [InlineData(0.01f)]
    public void Train_FineTuneOnFeaturesOfAnySize_KeepsWhatTheHeadHasLearned(float size)
    {
        using ImageStore images = SmallTraining.Images(10);
        using ResidualNetwork network = SmallTraining.Network();
        ScaleFeatures(network, size);
        TrainingRecipe recipe = TrainingRecipe.FineTune(SmallNetworks.ResNet, images.Count) with { Augmentation = AugmentationPolicy.None };

        IReadOnlyList<EpochReport> epochs =
            new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe)).Train(images).Epochs;

        Assert.All(epochs, epoch => Assert.InRange(epoch.TrainLoss, 0, 1.2 * epochs[0].TrainLoss));
    }

    [Fact]
    public void GetValidationErrors_ForADiscriminantHeadWithoutCachedFeatures_SaysWhatItNeeds() =>
        Assert.Contains("without CacheFeatures",
            Assert.Single((AllFrozen with { FineTuning = new() { DiscriminantHead = true, CacheFeatures = false } }).GetValidationErrors()));

    [Fact]
    public void Train_OnFeaturesInATemporaryFile_GivesTheSameWeights() =>
        SmallTraining.AssertSame(Train(SmallTraining.FineTune), Train(SmallTraining.FineTune, megabytes: 0));

    [Fact]
    public void Train_StageByStage_ChangesWhatIsUnfrozenAlone()
    {
        using ResidualNetwork network = SmallTraining.Network();
        StateDict before = network.GetWeights();
        // The third epoch is the last: the head and the last stage learn, the first stage and the stem are frozen.
        StateDict after = Train(AllFrozen with { MaxEpochs = 3, FineTuning = new() { FrozenEpochs = 1, EpochsPerStage = 2 } });

        IReadOnlyList<string> changed = SmallTraining.Changed(before, after);
        Assert.Equal(before.Tensors.Keys.Where(name => name.StartsWith("layer2", StringComparison.Ordinal)
            || name.StartsWith("fc", StringComparison.Ordinal)), changed);
    }

    [Fact]
    public void Train_WithFrozenNormalization_KeepsItsStatisticsAndChangesTheRest()
    {
        using ResidualNetwork network = SmallTraining.Network();
        StateDict before = network.GetWeights();

        StateDict after = Train(SmallTraining.FineTune with { FineTuning = new() { FrozenEpochs = 1, FreezeNormalization = true } });

        Assert.Equal(before.Tensors.Keys.Where(name => !name.Contains("running_", StringComparison.Ordinal)), SmallTraining.Changed(before, after));
    }

    [Fact]
    public void Train_AfterTheFrozenEpochs_ChangesEverythingAndLetsEverythingLearnAgain()
    {
        using ImageStore images = SmallTraining.Images(30);
        using ResidualNetwork network = SmallTraining.Network();
        StateDict before = network.GetWeights();
        new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(SmallTraining.FineTune)).Train(images);

        Assert.Equal(before.Tensors.Keys, SmallTraining.Changed(before, network.GetWeights()));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.False(network.training);
    }

    // The loss of the last frozen epoch, with features that are larger by a factor, and first weights of the head that are smaller by it.
    private static double LastLoss(TrainingRecipe recipe, float size)
    {
        using ImageStore images = SmallTraining.Images(30);
        using ResidualNetwork network = SmallTraining.Network();
        ScaleFeatures(network, size);
        return new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe)).Train(images).Epochs[^1].TrainLoss;
    }

    // Multiplies the features, and divides the weights that they are multiplied with.
    private static void ScaleFeatures(ResidualNetwork network, float size)
    {
        var factors = new Dictionary<string, float>
        {
            ["layer2.0.bn2.weight"] = size, ["layer2.0.bn2.bias"] = size, ["layer2.0.downsample.1.weight"] = size, ["layer2.0.downsample.1.bias"] = size,
            ["fc.weight"] = 1 / size,
        };
        network.SetWeights(new(network.GetWeights().Tensors.Where(item => factors.ContainsKey(item.Key)).Select(item => KeyValuePair.Create(
            item.Key, new WeightTensor(item.Value.Shape, item.Value.Values.ToArray().Select(value => value * factors[item.Key]).ToArray())))));
    }

    // Without a validation set the last epoch is kept, whichever the best one would be.
    private static StateDict Train(TrainingRecipe recipe, int megabytes = 256)
    {
        using ImageStore images = SmallTraining.Images(30);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingOptions options = SmallTraining.Options(recipe with { Augmentation = AugmentationPolicy.None }) with
        {
            FeatureCacheInMegabytes = megabytes,
        };
        new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(images);
        return network.GetWeights();
    }
}
