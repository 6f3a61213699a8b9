using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>What the parts of a training make of crops that are smaller than the images: 8 of 12 pixels.</summary>
public sealed class SmallerCropsTests
{
    private const int Side = 12;

    private static readonly AugmentationPolicy Crops = AugmentationPolicy.Light with { CropSize = 8 };

    private static readonly TrainingRecipe Recipe = SmallTraining.Recipe with { MaxEpochs = 2, Augmentation = Crops };

    [Fact]
    public void Train_InTwoProcesses_LearnsAsOneProcessThatAccumulates()
    {
        StateDict alone = Train(Options(Recipe with { BatchSize = Recipe.BatchSize / 2, GradientAccumulationSteps = 2 }));

        StateDict[] together = ThreadTransport.Run(2, group => Train(Options(Recipe) with { Group = group }));

        SmallTraining.AssertSame(together[0], together[1]);
        // The running statistics are rounded once more.
        Assert.All(SmallTraining.Changed(alone, together[0]), name => Assert.Contains(".running_", name));
    }

    [Fact]
    public void Train_WithFineTuning_CropsInThePhasesThatLearnFromImages()
    {
        TrainingRecipe frozen = SmallTraining.FineTune with { MaxEpochs = 2, FineTuning = new() { FrozenEpochs = 2 } };
        TrainingRecipe whole = SmallTraining.FineTune with { MaxEpochs = 3, FineTuning = new() { FrozenEpochs = 2 } };

        // Features are computed from whole images.
        SmallTraining.AssertSame(Train(Options(frozen)), Train(Options(frozen with { Augmentation = Cropped(frozen) })));
        Assert.NotEmpty(SmallTraining.Changed(Train(Options(whole)), Train(Options(whole with { Augmentation = Cropped(whole) }))));
    }

    [Fact]
    public void FindLearningRate_TrainsOnCrops()
    {
        using ImageStore images = Images();
        using ResidualNetwork network = SmallTraining.Network();
        var range = new LearningRateRange { Lowest = 1e-5f, Highest = 1e-3f, Steps = 20 };
        IReadOnlyList<LearningRatePoint> Find(AugmentationPolicy augmentation) =>
            new LearningRateFinder(network, SmallTraining.Normalization, Options(Recipe with { Augmentation = augmentation })).Find(images, range).Points;

        IReadOnlyList<LearningRatePoint> points = Find(Crops);

        Assert.Equal(20, points.Count);
        Assert.All(points, point => Assert.InRange(point.Loss, 0.1, 5));
        Assert.NotEqual(Find(AugmentationPolicy.Light).Select(point => point.Loss), points.Select(point => point.Loss));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Epoch_WithMixing_BlendsCrops(float mixupAlpha, float cutMixAlpha)
    {
        using ImageStore images = Images();
        AugmentationPolicy mixing = Crops with { MixupAlpha = mixupAlpha, CutMixAlpha = cutMixAlpha };
        var loader = new BatchLoader(images, SmallTraining.Normalization, batchSize: 10, workers: 1, Computation.OnCpu);

        foreach (Batch batch in loader.Epoch(new(mixing, images, SmallTraining.Normalization, classes: 2), new EpochRandom(1, 1), balanced: false, firstBatch: 0))
        {
            using (batch)
                Assert.Equal([10, 3, 8, 8], batch.Images.shape);
        }
    }

    // The same pixels as without a crop size, but for the crop.
    private static AugmentationPolicy Cropped(TrainingRecipe recipe) =>
        recipe.Augmentation with { Crop = CropKind.RandomResizedCrop, CropSize = 8 };

    private static TrainingOptions Options(TrainingRecipe recipe) => SmallTraining.Options(recipe) with { Threads = 1 };

    private static StateDict Train(TrainingOptions options)
    {
        using ImageStore training = Images();
        using ResidualNetwork network = SmallTraining.Network();
        new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(training);
        return network.GetWeights();
    }

    private static ImageStore Images()
    {
        var random = new Random(1);
        var store = new ImageStore(new ImageShape(3, Side, Side), 1_000_000);
        for (int index = 0; index < 30; index++)
            store.Add([.. Enumerable.Range(0, 3 * Side * Side).Select(_ => (float)random.Next(index % 2 == 0 ? 120 : 200))], index % 2);
        return store;
    }
}
