using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Training.Optimizers;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>What decides how well a network learns; start from a preset, <see cref="Standard"/> for example, and change what you like with <c>with</c>.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Passes over the training images.</summary>
    /// <value>Default 30; at least 1.</value>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>Images a pass through the network. Batches of an epoch differ by one image at most, so that none is left with a single image.</summary>
    /// <value>Default 64; 2 to 4096.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>The highest rate, from where the schedule falls.</summary>
    /// <value>Default 0.025, which is the papers' 0.1 for batches of 256, scaled to 64 (arXiv 1706.02677); above 0, at most 10.</value>
    public float LearningRate { get; init; } = 0.025f;

    /// <summary>What pulls weights towards zero: an L2 penalty for <see cref="OptimizerKind.Sgd"/>, decoupled decay for <see cref="OptimizerKind.AdamW"/>.</summary>
    /// <value>Default 0.0005; 0 to 1.</value>
    public float WeightDecay { get; init; } = 5e-4f;

    /// <summary>Whether weight decay acts on batch-norm's parameters and on biases too, as in the papers.</summary>
    /// <value>Default false.</value>
    public bool DecayNormAndBias { get; init; }

    /// <summary>How gradients move the weights.</summary>
    /// <value>Default <see cref="OptimizerKind.Sgd"/>.</value>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>, first beta of <see cref="OptimizerKind.AdamW"/> (its second is 0.999).</summary>
    /// <value>Default 0.9, as in both papers; 0 to below 1.</value>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the gradient is taken ahead of the momentum (Sutskever et al. 2013); for <see cref="OptimizerKind.Sgd"/>.</summary>
    /// <value>Default true; needs a momentum above 0.</value>
    public bool Nesterov { get; init; } = true;

    /// <summary>How the rate changes over the steps.</summary>
    /// <value>Default <see cref="LearningRateSchedule.Cosine"/>.</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>What training images go through.</summary>
    /// <value>Default <see cref="AugmentationPolicy.Light"/>.</value>
    public AugmentationPolicy Augmentation { get; init; } = AugmentationPolicy.Light;

    /// <summary>The part of every label that is spread over all classes (Szegedy et al. 2015, arXiv 1512.00567, section 7).</summary>
    /// <value>Default 0.1; 0 to below 1.</value>
    public float LabelSmoothing { get; init; } = 0.1f;

    /// <summary>A factor for the loss of every class, in the order of the classes.</summary>
    /// <value>Default null: all count the same. Each at least 0, at least one above.</value>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>Whether every epoch draws as many images from every class, rare ones several times, instead of every image once.</summary>
    /// <value>Default false.</value>
    public bool BalancedSampling { get; init; }

    /// <summary>The longest that all gradients together may be; longer ones are shortened to it.</summary>
    /// <value>Default null: any; above 0.</value>
    public float? MaxGradientNorm { get; init; }

    /// <summary>Passes whose gradients are averaged into one step: a larger batch than fits into memory (batch-norm still sees one pass at a time).</summary>
    /// <value>Default 1; 1 to 1024.</value>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>
    /// The weights that are validated and kept are an exponential moving average over the steps with this decay; in the first steps, t, the
    /// smaller (1 + t) / (10 + t) holds.
    /// </summary>
    /// <value>Default 0.998; null for no average; above 0, below 1.</value>
    public float? EmaDecay { get; init; } = 0.998f;

    /// <summary>Training ends when so many epochs in a row were no better than the best one; needs a validation set. Fine-tuning counts once everything is unfrozen.</summary>
    /// <value>Default null: never; at least 1.</value>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>What is frozen at first.</summary>
    /// <value>Default null: everything learns from the first step.</value>
    public FineTuning? FineTuning { get; init; }

    /// <summary>
    /// A good choice without tuning, for training from random weights: Nesterov momentum, cosine, light augmentation, label smoothing, averaged weights.
    /// </summary>
    /// <param name="architecture">The network: those for 32 pixels bear a rate of 0.2.</param>
    public static TrainingRecipe Standard(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return architecture.Stem == StemKind.Cifar ? new() { LearningRate = 0.2f } : new();
    }

    /// <summary>
    /// The most that augmentation can do: for long trainings (100 epochs and more) of large networks, where <see cref="Standard"/> learns the images by heart.
    /// </summary>
    /// <param name="architecture">The network.</param>
    /// <remarks>After torchvision's recipe of 2021: TrivialAugmentWide, random erasing, mixup, cutmix, label smoothing, averaged weights.</remarks>
    public static TrainingRecipe Modern(Architecture architecture) => Standard(architecture) with { MaxEpochs = 100, Augmentation = AugmentationPolicy.Modern };

    /// <summary>For starting from weights that know other images: the head first, then all of it with smaller rates; see <see cref="Recipes.FineTuning"/>.</summary>
    /// <param name="architecture">The network.</param>
    public static TrainingRecipe FineTune(Architecture architecture) => Standard(architecture) with { MaxEpochs = 15, LearningRate = 0.025f, FineTuning = new() };

    /// <summary>What the papers did: momentum 0.9, steps down at half and three quarters, one decay for everything, no averaging.</summary>
    /// <param name="architecture">The network: 32-pixel networks use batches of 128, ImageNet's 256 with a rate scaled down to batches of 32.</param>
    /// <remarks>
    /// ResNet: arXiv 1512.03385, sections 3.4 and 4.2; ResNeXt: arXiv 1611.05431, section 5 and appendix A. The papers train 164 epochs on CIFAR (ResNeXt 300) and 90 on
    /// ImageNet; fewer MaxEpochs shorten all parts alike.
    /// </remarks>
    public static TrainingRecipe Paper(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        bool isCifar = architecture.Stem == StemKind.Cifar, isResNeXt = architecture.Cardinality > 1;
        return new()
        {
            MaxEpochs = !isCifar ? 90 : isResNeXt ? 300 : 164,
            BatchSize = isCifar ? 128 : 32,
            LearningRate = isCifar ? 0.1f : 0.0125f,
            WeightDecay = isCifar && isResNeXt ? 5e-4f : 1e-4f,
            DecayNormAndBias = true,
            Nesterov = false,
            Schedule = isCifar ? LearningRateSchedule.Step : LearningRateSchedule.Step with { Milestones = [1f / 3, 2f / 3] },
            Augmentation = AugmentationPolicy.Paper(architecture),
            LabelSmoothing = 0,
            EmaDecay = null,
        };
    }

    /// <summary>Every value that is out of range, in words.</summary>
    public IEnumerable<string> GetValidationErrors() =>
        StepMistakes().Concat(LossMistakes()).Concat(Schedule.GetValidationErrors()).Concat(Augmentation.GetValidationErrors()).Concat(FineTuning?.GetValidationErrors(MaxEpochs) ?? []);

    private IEnumerable<string> StepMistakes()
    {
        if (MaxEpochs < 1)
            yield return Invariant($"MaxEpochs is {MaxEpochs}; it must be at least 1.");
        if (BatchSize is < 2 or > 4096)
            yield return Invariant($"BatchSize is {BatchSize}; it must be between 2 and 4096.");
        if (!(LearningRate is > 0 and <= 10))
            yield return Invariant($"LearningRate is {LearningRate}; it must be above 0 and at most 10.");
        if (!Enum.IsDefined(Optimizer))
            yield return $"Optimizer is {Optimizer}; it must be one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}.";
        if (!(Momentum is >= 0 and < 1))
            yield return Invariant($"Momentum is {Momentum}; it must be at least 0 and below 1.");
        if (Nesterov && Momentum == 0 && Optimizer == OptimizerKind.Sgd)
            yield return "Nesterov is set with a Momentum of 0; it needs a momentum above 0.";
        if (!(WeightDecay is >= 0 and <= 1))
            yield return Invariant($"WeightDecay is {WeightDecay}; it must be between 0 and 1.");
        if (MaxGradientNorm is { } norm && !(norm > 0 && float.IsFinite(norm)))
            yield return Invariant($"MaxGradientNorm is {norm}; it must be finite and above 0.");
        if (GradientAccumulationSteps is < 1 or > 1024)
            yield return Invariant($"GradientAccumulationSteps is {GradientAccumulationSteps}; it must be between 1 and 1024.");
        if (EmaDecay is { } decay && !(decay is > 0 and < 1))
            yield return Invariant($"EmaDecay is {decay}; it must be above 0 and below 1.");
    }

    private IEnumerable<string> LossMistakes()
    {
        if (!(LabelSmoothing is >= 0 and < 1))
            yield return Invariant($"LabelSmoothing is {LabelSmoothing}; it must be at least 0 and below 1.");
        if (ClassWeights is { } weights && !(weights.All(weight => weight >= 0 && float.IsFinite(weight)) && weights.Any(weight => weight > 0)))
            yield return Invariant($"ClassWeights are {string.Join(", ", weights.Select(weight => Invariant($"{weight}")))}; each must be finite and at least 0, and one above 0.");
        if (EarlyStoppingPatience < 1)
            yield return Invariant($"EarlyStoppingPatience is {EarlyStoppingPatience}; it must be at least 1.");
    }
}
