using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Training.Checkpoints;

public sealed class CheckpointFolderTests
{
    private static readonly TrainingOptions Options = SmallTraining.Options(SmallTraining.Recipe);

    [Fact]
    public void Save_MoreOftenThanStatesAreKept_RemovesTheOldestAndWhatInterruptionsLeft()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, ".checkpoint-00000-00000001.safetensors.0123456789abcdef.tmp"), "cut off");
        string[] others =
        [
            .. new[] { "checkpoint-mine.safetensors", "checkpoint-00003-best.safetensors", "checkpoint-00003-bestcopy.safetensors", "notes.tmp" }
                .Select(name => Path.Combine(folder.Path, name)),
        ];
        foreach (string other in others)
            File.WriteAllText(other, "not ours");
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, Options, kept: 2);
        foreach (int batches in new[] { 1, 2, 3, 4 })
            checkpoints.Save(State(batches));

        Assert.Equal([.. others.Append(PathOf(folder, 3)).Append(PathOf(folder, 4)).Order()], Directory.GetFiles(folder.Path).Order());
        Assert.Equal(4, checkpoints.Newest(warning => Assert.Fail(warning))!.Progress.Batches);
    }

    [Fact]
    public void Newest_OfWhatWasSaved_GivesItBackBitForBit()
    {
        using var folder = new TemporaryFolder();
        var report = new EpochReport(1, 3, 1.0 / 3, 0.1, null, 1e-300, 0.1, double.Epsilon, true);
        Checkpoint saved = new(
            new([report], ["a warning"], 7, new() { LossSum = Math.PI, Right = 3, Images = 5 }),
            Weights(float.Epsilon, -0f, float.MaxValue), Weights(float.NegativeInfinity), Weights(1f / 3), Weights(-1f / 3));
        SmallTraining.Checkpoints(folder.Path, Options).Save(saved);

        Checkpoint read = SmallTraining.Checkpoints(folder.Path, Options).Newest(warning => Assert.Fail(warning))!;

        Assert.Equal(report, Assert.Single(read.Progress.Reports));
        Assert.Equal(saved.Progress.Warnings, read.Progress.Warnings);
        Assert.Equal((saved.Progress.Batches, saved.Progress.Meter), (read.Progress.Batches, read.Progress.Meter));
        SmallTraining.AssertSame(saved.Weights, read.Weights);
        SmallTraining.AssertSame(saved.OptimizerState, read.OptimizerState);
        SmallTraining.AssertSame(saved.Best!, read.Best!);
        SmallTraining.AssertSame(saved.Start!, read.Start!);
    }

    [Fact]
    public void Newest_OfAnEmptyFolderOrWithoutResuming_IsNothing()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "new", "folder");
        Assert.Null(SmallTraining.Checkpoints(path, Options).Newest(warning => Assert.Fail(warning)));
        SmallTraining.Checkpoints(path, Options).Save(State(3));

        Assert.Null(SmallTraining.Checkpoints(path, Options, resume: false).Newest(warning => Assert.Fail(warning)));
    }

    [Fact]
    public void Newest_OfMoreEpochsThanFiveDigits_IsTheOneWithTheMostEpochs()
    {
        using var folder = new TemporaryFolder();
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, Options);
        checkpoints.Save(State(1));
        checkpoints.Save(State(2));
        File.Move(PathOf(folder, 1), Path.Combine(folder.Path, "checkpoint-99999-00000000.safetensors"));
        File.Move(PathOf(folder, 2), Path.Combine(folder.Path, "checkpoint-100000-00000000.safetensors"));

        Assert.Equal(2, SmallTraining.Checkpoints(folder.Path, Options).Newest(warning => Assert.Fail(warning))!.Progress.Batches);
    }

    [Fact]
    public void Newest_OfAStateSavedAfterTheFolderWasOpened_FindsItInTheRun()
    {
        using var folder = new TemporaryFolder();
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, Options);
        SmallTraining.Checkpoints(folder.Path, Options).Save(State(4));

        using IDisposable run = checkpoints.Lock();

        Assert.Equal(4, checkpoints.Newest(warning => Assert.Fail(warning))!.Progress.Batches);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, null)]
    public void Newest_InASecondRun_IsTheLastOfTheFirstIfItResumes(bool resume, int? batches)
    {
        using var folder = new TemporaryFolder();
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, Options, resume);
        using (checkpoints.Lock())
            checkpoints.Save(State(3));

        using IDisposable second = checkpoints.Lock();

        Assert.Equal(batches, checkpoints.Newest(warning => Assert.Fail(warning))?.Progress.Batches);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(200)]
    [InlineData(-1)]
    [InlineData(-9)]
    public void Newest_WithTheLastStateCutOff_WarnsAndTakesTheOneBefore(int length)
    {
        using var folder = new TemporaryFolder();
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, Options);
        checkpoints.Save(State(1));
        checkpoints.Save(State(2));
        using (FileStream file = File.OpenWrite(PathOf(folder, 2)))
            file.SetLength(length < 0 ? file.Length + length : length);
        var warnings = new List<string>();

        Checkpoint? newest = SmallTraining.Checkpoints(folder.Path, Options).Newest(warnings.Add);

        Assert.Equal(1, newest!.Progress.Batches);
        Assert.StartsWith($"The checkpoint '{PathOf(folder, 2)}' is skipped because it is damaged: ", Assert.Single(warnings));
    }

    [Fact]
    public void Newest_WithoutTheWeightsToInterpolateFrom_WarnsAndTakesTheOneBefore()
    {
        using var folder = new TemporaryFolder();
        TrainingRecipe recipe = SmallTraining.FineTune with { FineTuning = new() { FrozenEpochs = 1, Interpolation = 0.5f } };
        TrainingOptions options = SmallTraining.Options(recipe);
        SmallTraining.Train(options, SmallTraining.Checkpoints(folder.Path, options, kept: 4));
        foreach (string path in Directory.GetFiles(folder.Path))
        {
            StateDict saved = WeightFile.ReadAnyValues(path);
            SafetensorsFile.WriteAnyValues(path, new StateDict(
                saved.Tensors.Where(item => !item.Key.StartsWith("start/", StringComparison.Ordinal)), saved.Metadata));
        }
        using ResidualNetwork network = SmallTraining.Network();
        List<string> warnings = [];

        Checkpoint? newest = SmallTraining.Checkpoints(folder.Path, options)
            .Newest(warnings.Add, new CheckpointCheck(network, recipe, batchesPerEpoch: 4).FindError);

        Assert.Single(newest!.Progress.Reports);
        Assert.Equal(3, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("its weights at the end of the frozen epochs are missing", warning));
    }

    [Fact]
    public void Newest_WithEveryStateDamaged_SaysSoInASentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(PathOf(folder, 1), "");
        SafetensorsFile.Write(PathOf(folder, 2), Weights(1));
        SafetensorsFile.Write(PathOf(folder, 3), new(Weights(1).Tensors, new Dictionary<string, string>
        {
            ["resnext.training.progress"] = "null",
            ["resnext.training.identity"] = "null",
        }));
        var warnings = new List<string>();

        string message = Assert.Throws<InvalidDataException>(() => SmallTraining.Checkpoints(folder.Path, Options).Newest(warnings.Add)).Message;

        Assert.Equal($"All 3 checkpoints in '{folder.Path}' are damaged or cannot be read. Name an empty folder, or train without resuming.", message);
        Assert.Equal(3, warnings.Count);
    }

    [Fact]
    public void Newest_OfARunWithOtherOptions_NamesEveryDifference()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Checkpoints(folder.Path, Options).Save(State(1));
        TrainingRecipe other = Options.Recipe with
        {
            MaxEpochs = 5, Optimizer = OptimizerKind.AdamW, EarlyStoppingPatience = 2, Augmentation = AugmentationPolicy.None,
            Schedule = LearningRateSchedule.Step,
        };

        string message = Refusal(folder, SmallTraining.Options(other, seed: 2));

        Assert.Contains("Augmentation.Crop: PadAndCrop then, None now; ", message);
        Assert.Contains("MaxEpochs: 3 then, 5 now; ", message);
        Assert.Contains("Optimizer: Sgd then, AdamW now; ", message);
        Assert.Contains("EarlyStoppingPatience: not set then, 2 now; ", message);
        Assert.Contains("Schedule.Kind: Cosine then, Step now; ", message);
        Assert.Contains("Seed: 1 then, 2 now", message);
        Assert.DoesNotContain("BatchSize", message);
        Assert.DoesNotContain("{", message);
        Assert.Contains("name another folder", message);
    }

    [Fact]
    public void Newest_OfARunWithSettingsThatThisOneLacks_NamesThem()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Checkpoints(folder.Path, SmallTraining.Options(Options.Recipe with { EarlyStoppingPatience = 2 })).Save(State(1));

        Assert.Contains("EarlyStoppingPatience: 2 then, not set now", Refusal(folder, Options));
    }

    [Fact]
    public void Newest_OfARunOnSmallerCrops_NamesTheirSize()
    {
        using var folder = new TemporaryFolder();
        AugmentationPolicy augmentation = Options.Recipe.Augmentation;
        SmallTraining.Checkpoints(folder.Path, SmallTraining.Options(Options.Recipe with { Augmentation = augmentation with { CropSize = 8 } }))
            .Save(State(1));

        Assert.Contains("Augmentation.CropSize: 8 then, not set now", Refusal(folder, Options));
    }

    [Fact]
    public void Newest_OfARunWithOtherData_NamesIt()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Checkpoints(folder.Path, Options).Save(State(1));
        using ImageStore images = SmallTraining.Images(30), fewer = SmallTraining.Images(9, 2), others = SmallTraining.Images(30, 3);
        CheckpointFolder Folder(Architecture architecture, PixelNormalization normalization, ImageStore training, ImageStore? validation) =>
            new(folder.Path, resume: true, CheckpointFolder.Identity(architecture, Options, normalization, training, validation));
        string Message(CheckpointFolder checkpoints) => Assert.Throws<InvalidOperationException>(() => checkpoints.Newest(_ => { })).Message;

        string message = Message(Folder(SmallNetworks.ResNet, SmallTraining.Normalization, others, fewer));
        Assert.Matches("Training images: 30 of 3x8x8, SHA-256 [0-9a-f]{16} then, 30 of 3x8x8, SHA-256 [0-9a-f]{16} now", message);
        Assert.Matches("Validation images: 10 of 3x8x8, SHA-256 [0-9a-f]{16} then, 9 of 3x8x8, SHA-256 [0-9a-f]{16} now", message);
        Assert.Contains("Validation images: 10 of", Message(Folder(SmallNetworks.ResNet, SmallTraining.Normalization, images, null)));
        Assert.Contains("Architecture.Name: small_resnet then, small_resnext now",
            Message(Folder(SmallNetworks.ResNeXt, SmallTraining.Normalization, images, fewer)));
        Assert.Contains("Normalization.Mean: [80,80,80] then, [1,80,80] now",
            Message(Folder(SmallNetworks.ResNet, new([1, 80, 80], [50, 50, 50]), images, fewer)));
    }

    [Fact]
    public void Newest_WithOtherWorkersAndCaches_IsTheSameRun()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Checkpoints(folder.Path, Options).Save(State(1));

        Assert.NotNull(SmallTraining.Checkpoints(folder.Path,
            Options with { Workers = 5, FeatureCacheInMegabytes = 0, RetainNativeMemory = true }).Newest(Assert.Fail));
    }

    [Fact]
    public void Save_WithoutResuming_ReplacesWhatIsThereAndNotBefore()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Checkpoints(folder.Path, Options).Save(State(5));
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, SmallTraining.Options(Options.Recipe, seed: 2), resume: false);
        Assert.Equal(PathOf(folder, 5), Assert.Single(Directory.GetFiles(folder.Path)));

        checkpoints.Save(State(1));

        Assert.Equal(PathOf(folder, 1), Assert.Single(Directory.GetFiles(folder.Path)));
    }

    private static string Refusal(TemporaryFolder folder, TrainingOptions options) =>
        Assert.Throws<InvalidOperationException>(() => SmallTraining.Checkpoints(folder.Path, options).Newest(_ => { })).Message;

    private static string PathOf(TemporaryFolder folder, int batches) => Path.Combine(folder.Path, $"checkpoint-00000-{batches:D8}.safetensors");

    private static Checkpoint State(int batches) => new(new([], [], batches, new()), Weights(batches), Weights(2), null, null);

    private static StateDict Weights(params float[] values) => new([KeyValuePair.Create("fc.weight", new WeightTensor([values.Length], values))]);
}
