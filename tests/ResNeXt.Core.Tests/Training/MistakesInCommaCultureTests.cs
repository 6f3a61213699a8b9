using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Messages name numbers as they are written in code, whatever the culture of the user's application.</summary>
public sealed class MistakesInCommaCultureTests
{
    [Fact]
    public void Mistakes_OfEveryRecipe_AreTheSameInEveryCulture()
    {
        var recipe = new TrainingRecipe
        {
            MaxEpochs = -5, BatchSize = -1, LearningRate = 10.5f, Momentum = 1.5f, WeightDecay = 1.5f, MaxGradientNorm = -0.5f,
            GradientAccumulationSteps = -2, EmaDecay = 1.5f,
            LabelSmoothing = -0.5f, ClassWeights = [0.5f, -1.5f], EarlyStoppingPatience = -3,
            Schedule = LearningRateSchedule.Step with { WarmupFraction = 1.5f, MaximumRise = -0.5f, StepFactor = 1.5f, Milestones = [0.75f, 0.25f] },
            Augmentation = AugmentationPolicy.Modern with
            {
                Padding = 0.75f, MinimumArea = 1.5f, MaximumAspect = 0.5f, Hue = 0.75f, MixupAlpha = -0.5f,
            },
            FineTuning = new() { FrozenEpochs = -1, EpochsPerStage = -1, FeatureRate = 4.5f, UnfrozenRate = 1.5f, RatePerStage = 1.5f, Interpolation = 1.5f },
        };

        AssertTheSame(() => string.Join("\n", recipe.GetValidationErrors()), 21);
    }

    [Fact]
    public void Mistakes_OfEverythingElse_AreTheSameInEveryCulture()
    {
        AssertTheSame(() => Assert.Throws<ArgumentException>(() =>
            new QuantizationOptions { Percentile = 10.5, MaximumAccuracyLoss = -0.5, MinimumAgreement = 1.5 }.Validate()).Message, 1);
        AssertTheSame(() => Assert.Throws<ArgumentException>(() => new LearningRateRange { Lowest = 0.5f, Highest = 0.25f }.Validate()).Message, 1);
        AssertTheSame(() => Assert.Throws<ArgumentException>(() => StratifiedSplit.Of([1, 2], 1.5, 1)).Message, 1);
        AssertTheSame(() => Assert.Throws<ArgumentException>(() => new PixelNormalization([0.5f], [-0.5f])).Message, 1);
        AssertTheSame(() => Assert.Throws<ArgumentException>(() =>
            (Architectures.Get("resnext50_32x4d") with { BaseWidth = 1, StemWidth = 32 }).Blocks()).Message, 1);
    }

    private static void AssertTheSame(Func<string> message, int lines)
    {
        string invariant = message();
        using var culture = new CommaCulture();

        Assert.Equal(invariant, message());
        Assert.True(invariant.Split('\n').Length >= lines, invariant);
    }
}
