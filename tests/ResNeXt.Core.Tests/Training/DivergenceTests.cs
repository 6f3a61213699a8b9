using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Networks;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>What a training does that goes wrong, that stalls, or that learns nothing.</summary>
public sealed class DivergenceTests
{
    [Fact]
    public void Train_PoisonedBeforeTheFirstEpochEnds_NamesStepRateAndWhatToTry()
    {
        using ResidualNetwork network = SmallTraining.Network();
        Poison(network);

        string message = Assert.Throws<TrainingDivergedException>(() => Train(network, SmallTraining.Recipe)).Message;

        Assert.Contains("The loss is NaN in epoch 1, step 1 of the epoch, with the learning rate 0.1", message);
        Assert.Contains("for example 0.01, or set MaxGradientNorm, for example to 1.", message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_PoisonedAfterTheSecondEpoch_EndsWithTheBestWeightsAndAWarning(bool validated)
    {
        using ResidualNetwork network = SmallTraining.Network();
        var warnings = new List<string>();
        var kept = new List<(bool IsBest, StateDict Weights)>();

        TrainingResult outcome = Train(network, SmallTraining.Recipe with { MaxEpochs = 5, EmaDecay = null }, validated,
            new(new Hearing<EpochReport>(report =>
        {
            kept.Add((report.IsBest, network.GetWeights()));
            if (report.Epoch == 2)
                Poison(network);
        }), new Hearing<string>(warnings.Add)));

        Assert.Equal(2, outcome.Epochs.Count);
        string warning = Assert.Single(warnings);
        Assert.Equal(outcome.Warnings, warnings);
        Assert.Contains("The loss is NaN in epoch 3, step 1", warning);
        Assert.EndsWith($"The weights of epoch {outcome.Epochs.Last(epoch => epoch.IsBest).Epoch} are kept.", warning);
        SmallTraining.AssertSame(kept.Last(epoch => epoch.IsBest).Weights, network.GetWeights());
        Assert.All(network.GetWeights().Tensors.Values, tensor => Assert.DoesNotContain(tensor.Values.ToArray(), value => !float.IsFinite(value)));
    }

    [Fact]
    public void CompleteEpoch_WithoutValidationAndFarWorseThanGuessing_KeepsTheWeightsOfTheEpochBefore()
    {
        var state = new TrainingState(new(), SmallTraining.Recipe, classes: 10);
        bool[] kept = [.. new[] { 2.5, 1.9, 2.4, 4.5, 57794, 4.7, 2.0 }.Select((loss, index) =>
            state.CompleteEpoch(new(index + 1, 9, loss, 0.5, null, null, 0.3, 1, false), () => new([])).IsBest)];

        Assert.Equal([true, true, true, true, false, false, true], kept);
    }

    // They may make the loss of a network that learns as large.
    [Fact]
    public void CompleteEpoch_WithoutValidationAndWithClassWeights_KeepsTheLastEpoch()
    {
        var state = new TrainingState(new(), SmallTraining.Recipe with { ClassWeights = [0.5f, 50] }, classes: 2);

        Assert.All(new[] { 2.40, 2.41, 2.39, 2.45 }.Index(), epoch =>
            Assert.True(state.CompleteEpoch(new(epoch.Index + 1, 9, epoch.Item, 0.5, null, null, 0.3, 1, false), () => new([])).IsBest));
    }

    [Fact]
    public void Restore_OfAWarningThatTheNewRunHasGivenToo_HasItOnce()
    {
        TrainingState before = new(new(), SmallTraining.Recipe, classes: 2), after = new(new(), SmallTraining.Recipe, classes: 2);
        before.Warn("No GPU.");
        before.Warn("A checkpoint could not be saved.");
        after.Warn("No GPU.");

        after.Restore(before.ToCheckpoint(new([]), new([])));

        Assert.Equal(["A checkpoint could not be saved.", "No GPU."], after.Warnings);
    }

    [Fact]
    public void Train_RuinedByTheOnlyStepOfTheFirstEpoch_DoesNotKeepItsWeights()
    {
        // One batch an epoch: its loss is that of good weights, and the step after it ends the epoch.
        TrainingRecipe recipe = SmallTraining.Recipe with
        {
            BatchSize = 64, LearningRate = 10, WeightDecay = 1, Momentum = 0, Nesterov = false, DecayNormAndBias = true, EmaDecay = null,
        };
        using ResidualNetwork network = SmallTraining.Network();
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { 1e38f, 1e38f }))]));

        Assert.Contains("at the end of epoch 1", Assert.Throws<TrainingDivergedException>(() => Train(network, recipe, validated: false)).Message);
    }

    [Fact]
    public void Train_WithPatience_EndsAfterSoManyEpochsWithoutABetterOneAndKeepsTheBest()
    {
        using ResidualNetwork network = SmallTraining.Network();
        var kept = new List<StateDict>();
        TrainingResult outcome = Train(network, SmallTraining.Recipe with { MaxEpochs = 20, LearningRate = 1e-9f, EarlyStoppingPatience = 2,
            EmaDecay = null }, true,
            new(new Hearing<EpochReport>(_ => kept.Add(network.GetWeights()))));

        int best = outcome.Epochs.ToList().FindLastIndex(epoch => epoch.IsBest);
        Assert.Equal(best + 3, outcome.Epochs.Count);
        Assert.True(outcome.Epochs.Count < 20);
        EpochReport expected = outcome.Epochs.OrderByDescending(epoch => epoch.ValidationAccuracy).ThenBy(epoch => epoch.ValidationLoss).First();
        Assert.Equal(expected, outcome.Epochs[best]);
        SmallTraining.AssertSame(kept[best], network.GetWeights());
    }

    [Fact]
    public void Train_WithWhatCannotBeTrained_SaysWhy()
    {
        using ResidualNetwork network = SmallTraining.Network();
        using ImageStore images = SmallTraining.Images(4), none = SmallTraining.Images(0), other = SmallTraining.Images(2);
        other.Add(new float[192], 7);
        string Message(TrainingRecipe recipe, IImageDataset training, IImageDataset? validation) => Assert.Throws<ArgumentException>(() =>
            new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(recipe)).Train(training, validation)).Message;

        Assert.Contains("EarlyStoppingPatience is 2, but there is no validation set",
            Message(SmallTraining.Recipe with { EarlyStoppingPatience = 2 }, images, null));
        Assert.Contains("The validation set has no images; at least 1 is needed.", Message(SmallTraining.Recipe, images, none));
        Assert.Contains("Image 2 of the training set has the class 7; the network's are 0 to 1.", Message(SmallTraining.Recipe, other, null));
        Assert.Contains("ClassWeights has 3 values; there are 2 classes.",
            Message(SmallTraining.Recipe with { ClassWeights = [1, 1, 1] }, images, null));
    }

    [Fact]
    public void Train_WithMuonWithoutBatchNormalization_SaysWhatMuonNeeds()
    {
        using ImageStore images = SmallTraining.Images(4);
        using ResidualNetwork network = new(SmallNetworks.ResNet.InTextbookForm() with { Name = "textbook" }, 2);
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe with { Optimizer = OptimizerKind.Muon });

        string message = Assert.Throws<ArgumentException>(() =>
            new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(images, null)).Message;

        Assert.Contains("Optimizer is Muon, which needs batch normalization", message);
        Assert.Contains("'textbook'", message);
    }

    [Fact]
    public void FindWarning_AfterThreeEpochs_WarnsWhereTheLossDidNotFallAndOnlyThere()
    {
        static string? After(params double[] losses) => Find(null, losses);

        static string? AfterFrozenEpoch(params double[] losses) => Find(new() { FrozenEpochs = 1 }, losses);

        static string? Find(FineTuning? fineTuning, double[] losses) =>
            NoProgressCheck.FindWarning([.. losses.Select((loss, index) => new EpochReport(index + 1, 9, loss, 0.5, null, null, 0.3, 1, false))], fineTuning, classes: 2);

        Assert.Equal("In 3 epochs the training loss has not fallen (2.300 then, 2.295 now). "
            + "Try another LearningRate than 0.3 (ten times smaller, then ten times larger), "
            + "and check that the labels belong to the images.", After(2.3, 2.4, 2.295));
        Assert.Null(After(2.3, 2.4, 2.1));
        Assert.Null(After(2.3, 2.3));
        Assert.Null(After(2.3, 2.3, 2.3, 2.3));
        Assert.Null(After(0.02, 0.03, 0.03));
        Assert.Null(AfterFrozenEpoch(0.2, 0.8, 0.9));
        Assert.Null(AfterFrozenEpoch(0.2, 0.4, 0.4, 0.5));
        Assert.Contains("(0.690 then, 0.700 now)", AfterFrozenEpoch(0.2, 0.69, 0.4, 0.7), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ThatLearns_WarnsOfNothing()
    {
        using ResidualNetwork network = SmallTraining.Network();

        Assert.Empty(Train(network, SmallTraining.Recipe with { MaxEpochs = 4 }).Warnings);
    }

    private static TrainingResult Train(ResidualNetwork network, TrainingRecipe recipe, bool validated = true, TrainingCallbacks? monitor = null)
    {
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        TrainingRecipe constant = recipe with { Schedule = LearningRateSchedule.Constant };
        return new ClassifierTrainer(network, SmallTraining.Normalization, SmallTraining.Options(constant))
            .Train(training, validated ? validation : null, monitor);
    }

    private static void Poison(ResidualNetwork network) =>
        network.SetWeights(new([KeyValuePair.Create("fc.bias", new WeightTensor([2], new[] { float.NaN, 0 }))]));

    // Progress<T> would report later, on another thread.
    private sealed class Hearing<T>(Action<T> hear) : IProgress<T>
    {
        public void Report(T value) => hear(value);
    }
}
