using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training.Distributed;

/// <summary>Several processes that train together, as threads of this one.</summary>
public sealed class GroupTrainingTests
{
    public static TheoryData<string, int> Recipes => new()
    {
        { "Standard", 2 }, { "Standard", 4 }, { "AdamW, clipped", 2 }, { "Muon", 2 }, { "Fine-tuned on cached features", 2 },
        { "Fine-tuned and interpolated", 2 },
    };

    private static Dictionary<string, TrainingRecipe> Named { get; } = new()
    {
        ["Standard"] = SmallTraining.Recipe,
        ["AdamW, clipped"] = SmallTraining.Recipe with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.003f, MaxGradientNorm = 1 },
        ["Muon"] = SmallTraining.Recipe with { Optimizer = OptimizerKind.Muon },
        ["Fine-tuned on cached features"] = SmallTraining.FineTune,
        ["Fine-tuned and interpolated"] = SmallTraining.FineTune with { FineTuning = new() { FrozenEpochs = 2, Interpolation = 0.5f } },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Train_InSeveralProcesses_LearnsAsOneProcessThatAccumulates(string recipe, int size)
    {
        TrainingRecipe whole = Named[recipe];
        StateDict alone = SmallTraining.Train(Options(whole with { BatchSize = whole.BatchSize / size, GradientAccumulationSteps = size }));

        StateDict[] together = ThreadTransport.Run(size, group => SmallTraining.Train(Options(whole) with { Group = group }));

        foreach (StateDict weights in together)
            SmallTraining.AssertSame(together[0], weights);
        // The running statistics are rounded once more; gradients do not depend on them.
        Assert.All(SmallTraining.Changed(alone, together[0]), name => Assert.Contains(".running_", name));
        foreach ((string name, WeightTensor tensor) in alone.Tensors)
            Assert.All(tensor.Values.ToArray().Zip(together[0].Tensors[name].Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-5 + 1e-6));
    }

    // In the last step of an epoch, one of four processes has no batch.
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Train_WithSynchronizedBatchNormalization_LearnsAsOneProcessWithTheWholeBatch(int size)
    {
        TrainingRecipe recipe = SmallTraining.Recipe with { MaxEpochs = 1 };
        StateDict apart = ThreadTransport.Run(size, group => SmallTraining.Train(Options(recipe) with { Group = group }))[0];
        // In a single process, a batch of 2 images beside batches of 8 counts as much as they do; so the processes must not divide it.
        StateDict alone = SmallTraining.Train(Options(recipe), source: First24);

        StateDict[] together = ThreadTransport.Run(size, group =>
            SmallTraining.Train(Options(recipe) with { Group = group, SynchronizeBatchNormalization = true }, source: First24));
        StateDict[] withRest = ThreadTransport.Run(size, group =>
            SmallTraining.Train(Options(recipe) with { Group = group, SynchronizeBatchNormalization = true }));

        Assert.All(together, weights => SmallTraining.AssertSame(together[0], weights));
        Assert.All(withRest, weights => SmallTraining.AssertSame(withRest[0], weights));
        Assert.InRange(Distance(alone, together[0]), 0, 1e-3);
        Assert.InRange(Distance(apart, withRest[0]), 1e-2, 1e3);
    }

    [Fact]
    public void Train_WithGradientsInBFloat16_HasTheSameWeightsInAllProcesses_CloseToThoseOfFloat32()
    {
        TrainingRecipe recipe = SmallTraining.Recipe with { MaxEpochs = 1 };
        StateDict exact = ThreadTransport.Run(2, group => SmallTraining.Train(Options(recipe) with { Group = group }))[0];

        StateDict[] rounded = ThreadTransport.Run(2, group =>
            SmallTraining.Train(Options(recipe) with { Group = group, ExchangeGradientsInBFloat16 = true }));

        SmallTraining.AssertSame(rounded[0], rounded[1]);
        Assert.InRange(Distance(exact, rounded[0]), 1e-6, 0.05);
    }

    // The network has 1.1 MB of gradients.
    [Fact]
    public void Train_InBucketsOfAnySize_GivesTheSameWeights()
    {
        TrainingOptions options = Options(SmallTraining.Recipe with { MaxEpochs = 1 });
        StateDict[] Train(int megabytes) => ThreadTransport.Run(2, group =>
        {
            using ImageStore images = SmallTraining.Images(16);
            using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2, seed: 1);
            new ClassifierTrainer(network, SmallTraining.Normalization, options with { Group = group, GradientBucketInMegabytes = megabytes })
                .Train(images);
            return network.GetWeights();
        });

        StateDict[] several = Train(1), one = Train(2047);

        SmallTraining.AssertSame(several[0], several[1]);
        SmallTraining.AssertSame(several[0], one[0]);
    }

    [Fact]
    public void Train_WithOtherBucketsInOneProcess_IsRefusedInBoth()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => SmallTraining.Train(
            Options(SmallTraining.Recipe) with { Group = group, GradientBucketInMegabytes = group.Rank + 1 }));

        Assert.All(exceptions, exception => Assert.Contains("GradientBucketInMegabytes: 2 instead of 1", exception.Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    public void GetValidationErrors_OfBucketsOutOfRange_SaysWhatIsAllowed(int megabytes) =>
        Assert.Equal($"GradientBucketInMegabytes is {megabytes}; it must be between 1 and 2047.",
            Assert.Single((Options(SmallTraining.Recipe) with { GradientBucketInMegabytes = megabytes }).GetValidationErrors()));

    [Fact]
    public void Train_WithAnotherExchangeInOneProcess_IsRefusedInBoth()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => SmallTraining.Train(
            Options(SmallTraining.Recipe) with { Group = group, SynchronizeBatchNormalization = group.Rank == 1 }));

        Assert.All(exceptions, exception => Assert.Contains("SynchronizeBatchNormalization: on instead of not set", exception.Message));
    }

    [Fact]
    public void Train_WithSynchronizedBatchNormalization_WhenOneProcessFails_EndsInTheOthersWithItsName()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => SmallTraining.Train(
            Options(SmallTraining.Recipe) with { Group = group, SynchronizeBatchNormalization = true },
            source: images => group.Rank == 1 ? new Breaking(images, afterImages: 45) : images));

        Assert.Matches("^Rank 1 .* failed: The image is gone.$", Assert.IsType<RankFailedException>(exceptions[0]).Message);
    }

    [Fact]
    public void Train_ResumedByAGroup_EndsWithTheWeightsOfAGroupThatWasNotInterrupted()
    {
        using var folder = new TemporaryFolder();
        StateDict[] whole = ThreadTransport.Run(2, group => TrainWithCheckpoints(group, folder.Path));
        string[] states = [.. Directory.GetFiles(folder.Path).Order()];
        Assert.InRange(states.Length, 6, 30);

        foreach (string state in states.Where((_, index) => index % 3 == 1))
        {
            using var one = new TemporaryFolder();
            File.Copy(state, Path.Combine(one.Path, Path.GetFileName(state)));
            StateDict[] resumed = ThreadTransport.Run(2, group => TrainWithCheckpoints(group, one.Path));
            SmallTraining.AssertSame(whole[0], resumed[0]);
            SmallTraining.AssertSame(whole[0], resumed[1]);
        }
    }

    [Fact]
    public void Train_WithAnotherSeedInOneProcess_IsRefusedInBoth()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group =>
            SmallTraining.Train(Options(SmallTraining.Recipe) with { Group = group, Seed = group.Rank + 1 }));

        Assert.All(exceptions, exception =>
        {
            Assert.IsType<RankFailedException>(exception);
            Assert.StartsWith("Rank 1 (process ", exception.Message);
            Assert.Contains("differs from rank 0 (Seed: 2 instead of 1)", exception.Message);
        });
    }

    [Fact]
    public void Train_WithOtherImagesInOneProcess_IsRefusedInBoth()
    {
        Exception[] exceptions = ThreadTransport.Fail(3, group =>
            SmallTraining.Train(
            Options(SmallTraining.Recipe with { BatchSize = 9 }) with { Group = group },
            source: images => group.Rank == 2 ? SmallTraining.Images(30, seed: 9) : images));

        Assert.All(exceptions, exception => Assert.Matches(@"^Rank 2 .* differs from rank 0 \(Training images: ", exception.Message));
    }

    [Fact]
    public void Train_StoppedInOneProcess_StopsAllAfterTheSameStep()
    {
        using var stop = new CancellationTokenSource();
        int[] epochs = ThreadTransport.Run(2, group =>
        {
            using ImageStore training = SmallTraining.Images(30);
            using ResidualNetwork network = SmallTraining.Network();
            var callbacks = new TrainingCallbacks(Epochs: new Listener(report =>
            {
                if (report.Epoch == 2)
                    stop.Cancel();
            }));
            TrainingResult result = new ClassifierTrainer(
                network, SmallTraining.Normalization, Options(SmallTraining.Recipe with { MaxEpochs = 50 }) with { Group = group })
                .Train(training, null, callbacks, stop: group.Rank == 0 ? stop.Token : default);
            return result.Epochs.Count;
        });

        Assert.Equal([2, 2], epochs);
    }

    [Fact]
    public void Train_WhenOneProcessFails_EndsInTheOthersWithItsName()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => SmallTraining.Train(
            Options(SmallTraining.Recipe) with { Group = group }, source: images => group.Rank == 1 ? new Breaking(images, afterImages: 45) : images));

        Assert.Equal("The image is gone.", exceptions[1].Message);
        Assert.Matches("^Rank 1 .* failed: The image is gone.$", Assert.IsType<RankFailedException>(exceptions[0]).Message);
    }

    [Fact]
    public void Train_WhenOneProcessFailsWithoutAMessage_EndsInTheOthersWithTheKindOfError()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => SmallTraining.Train(
            Options(SmallTraining.Recipe) with { Group = group },
            source: images => group.Rank == 1 ? new Breaking(images, afterImages: 45, message: "") : images));

        Assert.IsType<IOException>(exceptions[1]);
        Assert.Matches("^Rank 1 .* failed: IOException.$", Assert.IsType<RankFailedException>(exceptions[0]).Message);
    }

    // No process holds more than its part of a batch.
    [Fact]
    public void Train_WithABatchThatIsTooLargeForOneProcess_GoesOnToReadTheImages()
    {
        TrainingOptions options = Options(SmallTraining.Recipe with { BatchSize = 4096 });
        Exception Failure(ProcessGroup? group) => Record.Exception(() =>
        {
            using ResidualNetwork network = SmallTraining.Network();
            new ClassifierTrainer(network, SmallTraining.Normalization, options with { Group = group }).Train(new UnreadDataset(5000, new(3, 224, 224)));
        });

        Assert.Contains("a batch has at most 3566 (2 GiB)", Failure(null).Message);
        Assert.All(ThreadTransport.Run(2, Failure), exception => Assert.Contains("The images are read.", exception.Message));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(2)]
    public void Train_WithABatchThatCannotBeDivided_SaysWhatIsAllowed(int batchSize)
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group =>
            SmallTraining.Train(Options(SmallTraining.Recipe with { BatchSize = batchSize }) with { Group = group }));

        Assert.All(exceptions, exception => Assert.Contains($"BatchSize is {batchSize}, to be divided among 2 processes", exception.Message));
    }

    // One thread each: OpenMP's threads belong to the thread that started them.
    private static TrainingOptions Options(TrainingRecipe recipe) => SmallTraining.Options(recipe) with { Threads = 1 };

    private static IImageDataset First24(IImageDataset images) => new Some(images, 24);

    // The largest difference of two weights.
    private static double Distance(StateDict first, StateDict second) => first.Tensors.Max(item =>
        item.Value.Values.ToArray().Zip(second.Tensors[item.Key].Values.ToArray()).Max(pair => Math.Abs(pair.First - pair.Second)));

    private static StateDict TrainWithCheckpoints(ProcessGroup group, string folder)
    {
        TrainingOptions options = Options(SmallTraining.Recipe) with { Group = group };
        CheckpointFolder? checkpoints = group.Rank == 0 ? SmallTraining.Checkpoints(folder, options, interval: TimeSpan.Zero, kept: 1000) : null;
        return SmallTraining.Train(options, checkpoints);
    }

    private sealed class Listener(Action<EpochReport> act) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => act(value);
    }

    private sealed class Some(IImageDataset images, int count) : IImageDataset
    {
        public int Count => count;

        public ImageShape Shape => images.Shape;

        public PixelRange Range => images.Range;

        public int Label(int index) => images.Label(index);

        public void CopyTo(int index, Span<float> target) => images.CopyTo(index, target);
    }

    private sealed class Breaking(IImageDataset images, int afterImages, string message = "The image is gone.") : IImageDataset
    {
        private int _read;

        public int Count => images.Count;

        public ImageShape Shape => images.Shape;

        public PixelRange Range => images.Range;

        public int Label(int index) => images.Label(index);

        public void CopyTo(int index, Span<float> target)
        {
            if (Interlocked.Increment(ref _read) > afterImages)
                throw new IOException(message);
            images.CopyTo(index, target);
        }
    }
}
