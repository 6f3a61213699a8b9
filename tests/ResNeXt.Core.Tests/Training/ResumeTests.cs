using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>A training that was interrupted ends with the same weights, bit for bit, as one that was not.</summary>
public sealed class ResumeTests
{
    public static TheoryData<string> Recipes => [.. Named.Keys];

    private static Dictionary<string, TrainingRecipe> Named { get; } = new()
    {
        ["Standard"] = SmallTraining.Recipe,
        ["AdamW"] = SmallTraining.Recipe with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.003f },
        ["Muon"] = SmallTraining.Recipe with { Optimizer = OptimizerKind.Muon },
        ["Accumulated"] = SmallTraining.Recipe with { GradientAccumulationSteps = 3, BatchSize = 4 },
        ["Balanced, clipped, without average"] = SmallTraining.Recipe with { BalancedSampling = true, MaxGradientNorm = 1, EmaDecay = null },
        ["Fine-tuned on cached features"] = SmallTraining.FineTune with
        {
            FineTuning = new() { FrozenEpochs = 2, DiscriminantHead = true },
            Augmentation = new() { HorizontalFlipProbability = 0.5f },
        },
        ["Fine-tuned stage by stage"] = SmallTraining.FineTune with
        {
            FineTuning = new() { FrozenEpochs = 1, EpochsPerStage = 1, CacheFeatures = false },
        },
        ["Fine-tuned and interpolated"] = SmallTraining.FineTune with
        {
            FineTuning = new() { FrozenEpochs = 1, EpochsPerStage = 2, Interpolation = 0.5f },
        },
        ["With patience"] = SmallTraining.Recipe with { EarlyStoppingPatience = 1 },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Train_ResumedFromTheStateAfterAnyStep_EndsWithTheSameWeights(string recipe)
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = SmallTraining.Options(Named[recipe]);
        StateDict uninterrupted = SmallTraining.Train(options);

        StateDict observed = SmallTraining.Train(options, SmallTraining.Checkpoints(folder.Path, options, interval: TimeSpan.Zero, kept: 1000));

        SmallTraining.AssertSame(uninterrupted, observed);
        string[] states = [.. Directory.GetFiles(folder.Path).Order()];
        Assert.InRange(states.Length, 6, 30);
        foreach (string state in states)
        {
            using var one = new TemporaryFolder();
            File.Copy(state, Path.Combine(one.Path, Path.GetFileName(state)));
            SmallTraining.AssertSame(uninterrupted, SmallTraining.Train(options, SmallTraining.Checkpoints(one.Path, options)));
        }
    }

    [Fact]
    public void Train_CancelledSeveralTimes_EndsWithTheSameWeights()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe);
        int interruptions = 0;
        StateDict? resumed = null;
        while (resumed is null)
        {
            using var cancellation = new CancellationTokenSource();
            try
            {
                resumed = SmallTraining.Train(options, SmallTraining.Checkpoints(folder.Path, options), cancellation.Token,
                    source => new Cancelling(source, afterImages: 22, cancellation));
            }
            catch (OperationCanceledException)
            {
                interruptions++;
                Assert.NotEmpty(Directory.GetFiles(folder.Path));
            }
        }

        Assert.InRange(interruptions, 3, 12);
        SmallTraining.AssertSame(SmallTraining.Train(options), resumed);
    }

    [Fact]
    public void Train_CancelledDuringValidation_KeepsTheEpochThatWasTrained()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe);
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, options);
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        using ResidualNetwork network = SmallTraining.Network();
        using var cancellation = new CancellationTokenSource();
        var trainer = new ClassifierTrainer(network, SmallTraining.Normalization, options);

        Assert.ThrowsAny<OperationCanceledException>(() =>
            trainer.Train(training, new Cancelling(validation, 1, cancellation), checkpoints: checkpoints, cancellation: cancellation.Token));

        Assert.EndsWith("checkpoint-00000-00000004.safetensors", Assert.Single(Directory.GetFiles(folder.Path)));
        using ResidualNetwork again = SmallTraining.Network(seed: 9);
        TrainingResult outcome = new ClassifierTrainer(again, SmallTraining.Normalization, options)
            .Train(training, validation, checkpoints: SmallTraining.Checkpoints(folder.Path, options));
        Assert.All(outcome.Epochs, epoch => Assert.True(epoch.LearningRate > 0));
        SmallTraining.AssertSame(SmallTraining.Train(options), again.GetWeights());
    }

    [Fact]
    public void Train_ResumedBehindItsEnd_TrainsNothingAndReportsWhatItDid()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe with { LearningRate = 1e-9f });
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        TrainingResult Train(ResidualNetwork network) => new ClassifierTrainer(network, SmallTraining.Normalization, options)
            .Train(training, validation, checkpoints: SmallTraining.Checkpoints(folder.Path, options));
        using ResidualNetwork first = SmallTraining.Network(), second = SmallTraining.Network(seed: 9);

        TrainingResult whole = Train(first), resumed = Train(second);

        Assert.Equal(whole.Epochs, resumed.Epochs);
        Assert.Equal(whole.Warnings, resumed.Warnings);
        Assert.Contains("has not fallen", Assert.Single(resumed.Warnings));
        SmallTraining.AssertSame(first.GetWeights(), second.GetWeights());
    }

    [Fact]
    public void Train_AgainIntoAFolderWithoutResuming_TrainsFromTheBeginning()
    {
        using var folder = new TemporaryFolder();
        using var read = new CancellationTokenSource();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe with { MaxEpochs = 1 });
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, options, resume: false);
        StateDict first = SmallTraining.Train(options, checkpoints);

        // The token only tells that an image was read; the training does not have it.
        StateDict second = SmallTraining.Train(options, checkpoints, source: images => new Cancelling(images, afterImages: 1, read));

        Assert.True(read.IsCancellationRequested);
        SmallTraining.AssertSame(first, second);
    }

    /// <summary>Images of which so many can be read before somebody loses patience.</summary>
    private sealed class Cancelling(IImageDataset source, int afterImages, CancellationTokenSource cancellation) : IImageDataset
    {
        private int _read;

        public int Count => source.Count;

        public ImageShape Shape => source.Shape;

        public PixelRange Range => source.Range;

        public int Label(int index) => source.Label(index);

        public void CopyTo(int index, Span<float> pixels)
        {
            if (Interlocked.Increment(ref _read) == afterImages)
                cancellation.Cancel();
            source.CopyTo(index, pixels);
        }
    }
}
