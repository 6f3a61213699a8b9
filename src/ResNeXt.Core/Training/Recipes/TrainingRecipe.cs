using System.Numerics;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Networks;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>
/// The settings that determine how well a network learns. Start from a preset, for example <see cref="Standard"/>, and change settings with
/// <c>with</c>.
/// </summary>
public sealed record TrainingRecipe
{
    /// <summary>The number of epochs, that is, passes over all training images.</summary>
    /// <value>Default 30; at least 1.</value>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>The number of images in a batch. The batches of an epoch differ by one image at most.</summary>
    /// <value>Default 64; 2 to 4096.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>The learning rate at the peak of the schedule.</summary>
    /// <value>Default 0.025, which is the papers' 0.1 for batches of 256, scaled to 64 (arXiv 1706.02677); above 0, at most 10.</value>
    public float LearningRate { get; init; } = 0.025f;

    /// <summary>
    /// For <see cref="OptimizerKind.Muon"/>: the learning rate, at the peak of the schedule, of the convolutions that Muon trains. It is about the part
    /// of the filters' norm that a step changes, and does not depend on <see cref="LearningRate"/>.
    /// </summary>
    /// <value>Default null, which is 0.05; above 0, at most 1.</value>
    public float? MuonLearningRate { get; init; }

    /// <summary>
    /// The strength with which weights are pulled towards zero: an L2 penalty for <see cref="OptimizerKind.Sgd"/>, decoupled weight decay for
    /// <see cref="OptimizerKind.AdamW"/>. The convolutions that <see cref="OptimizerKind.Muon"/> trains keep their norm instead.
    /// </summary>
    /// <value>Default 0.0005; 0 to 1.</value>
    public float WeightDecay { get; init; } = 5e-4f;

    /// <summary>Whether weight decay applies to batch-norm parameters and biases too, as in the papers.</summary>
    /// <value>Default false.</value>
    public bool DecayNormAndBias { get; init; }

    /// <summary>The optimizer: how gradients change the weights.</summary>
    /// <value>Default <see cref="OptimizerKind.Sgd"/>.</value>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>
    /// The momentum of <see cref="OptimizerKind.Sgd"/> and <see cref="OptimizerKind.Muon"/>, or the first beta of <see cref="OptimizerKind.AdamW"/>
    /// (the second is 0.999).
    /// </summary>
    /// <value>Default 0.9, as in both papers; 0 to below 1.</value>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>
    /// Whether <see cref="OptimizerKind.Sgd"/> and <see cref="OptimizerKind.Muon"/> use Nesterov's momentum (Sutskever et al. 2013).
    /// </summary>
    /// <value>Default true; needs a momentum above 0.</value>
    public bool Nesterov { get; init; } = true;

    /// <summary>The learning rate over the steps of training.</summary>
    /// <value>Default <see cref="LearningRateSchedule.Cosine"/>.</value>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>The random changes of training images.</summary>
    /// <value>Default <see cref="AugmentationPolicy.Light"/>.</value>
    public AugmentationPolicy Augmentation { get; init; } = AugmentationPolicy.Light;

    /// <summary>
    /// Label smoothing: the fraction of every label that is spread over all classes (Szegedy et al. 2015, arXiv 1512.00567, section 7).
    /// </summary>
    /// <value>Default 0.1; 0 to below 1.</value>
    public float LabelSmoothing { get; init; } = 0.1f;

    /// <summary>The weight of every class in the loss, in the order of the classes.</summary>
    /// <value>Default null: all classes count the same. Each at least 0, at least one above 0.</value>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>
    /// Whether every epoch draws the same number of images from every class (those of rare classes several times) instead of every image once.
    /// </summary>
    /// <value>Default false.</value>
    public bool BalancedSampling { get; init; }

    /// <summary>The largest norm of all gradients together; larger gradients are scaled down to it (gradient clipping).</summary>
    /// <value>Default null: no clipping; above 0.</value>
    public float? MaxGradientNorm { get; init; }

    /// <summary>
    /// The number of batches whose gradients are averaged into one update, for the effect of a larger batch than fits into memory. Batch
    /// normalization still sees one batch at a time.
    /// </summary>
    /// <value>Default 1; 1 to 1024.</value>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>
    /// The decay of an exponential moving average (EMA) of the weights over the steps. If it is set, the averages are validated and kept instead of
    /// the weights themselves. In step t the decay is at most (1 + t) / (10 + t).
    /// </summary>
    /// <value>Default 0.998; null for no average; above 0, below 1.</value>
    public float? EmaDecay { get; init; } = 0.998f;

    /// <summary>
    /// Early stopping: training ends after this number of epochs without improvement. Needs a validation set. Fine-tuning counts once everything is
    /// unfrozen.
    /// </summary>
    /// <value>Default null: never; at least 1.</value>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>The settings for fine-tuning pretrained weights.</summary>
    /// <value>Default null: no fine-tuning, the whole network learns from the first step.</value>
    public FineTuning? FineTuning { get; init; }

    /// <summary>
    /// A good default for training from random weights: Nesterov momentum, a cosine schedule, light augmentation, label smoothing, averaged weights.
    /// </summary>
    /// <param name="architecture">The architecture; networks for 32-pixel images get a learning rate of 0.2.</param>
    public static TrainingRecipe Standard(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return architecture.Stem == StemKind.Cifar ? new() { LearningRate = 0.2f } : new();
    }

    /// <summary>
    /// For small images: reaches in half the epochs about what <see cref="Standard"/> reaches, and more in as many. Muon, a triangular schedule,
    /// padding with mirrored pixels, and averages over fewer steps.
    /// </summary>
    /// <param name="architecture">The architecture; meant for those for 32-pixel images, where its settings were chosen.</param>
    public static TrainingRecipe Fast(Architecture architecture) => Standard(architecture) with
    {
        MaxEpochs = 20,
        Optimizer = OptimizerKind.Muon,
        Schedule = LearningRateSchedule.Triangular,
        Augmentation = AugmentationPolicy.Light with { Padding = 0.1f, PaddingMode = PaddingMode.Reflect },
        EmaDecay = 0.99f,
    };

    /// <summary>
    /// Strong augmentation, for long trainings (100 epochs and more) of large networks, which overfit with <see cref="Standard"/>.
    /// </summary>
    /// <param name="architecture">The architecture.</param>
    /// <remarks>After torchvision's recipe of 2021: TrivialAugmentWide, random erasing, mixup, cutmix, label smoothing, averaged weights.</remarks>
    public static TrainingRecipe Modern(Architecture architecture) =>
        Standard(architecture) with { MaxEpochs = 100, Augmentation = AugmentationPolicy.Modern };

    /// <summary>
    /// Fine-tuning of pretrained weights: first the last layer, by linear discriminant analysis, then stage after stage from the last to the stem, with
    /// smaller learning rates. With fewer than 320 images, the weights that are kept lie between the pretrained and the learned ones; see
    /// <see cref="Recipes.FineTuning"/>.
    /// </summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="images">
    /// The number of training images, at least 1. Few images get many epochs of small batches, and many images few epochs of large ones.
    /// </param>
    public static TrainingRecipe FineTune(Architecture architecture, int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        int unfrozen = Math.Clamp((int)(240 / Math.Sqrt(images)), 6, 26);
        return Standard(architecture) with
        {
            MaxEpochs = 1 + unfrozen,
            BatchSize = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(images / 16, 8, 64)),
            // The steps of SGD grow with the gradients, which are large where features of few, similar images make a last layer with large weights: a rate
            // that is right for flowers made trainings on patches of concrete diverge. The steps of AdamW do not depend on their scale.
            Optimizer = OptimizerKind.AdamW,
            LearningRate = 0.0002f,
            WeightDecay = 0.01f,
            // Enlarged parts of images of 32 pixels cost resnet56_cifar five points of its accuracy.
            Augmentation = architecture.Stem == StemKind.Cifar ? AugmentationPolicy.Light : AugmentationPolicy.FineTune,
            FineTuning = new()
            {
                FrozenEpochs = 1,
                DiscriminantHead = true,
                FeatureRate = 1,
                // Unfreezing the earliest layers last saves a third of the time.
                EpochsPerStage = unfrozen / 4,
                UnfrozenRate = 1,
                RatePerStage = 0.7f,
                FreezeNormalization = true,
                // Many images teach little that is true only of them. And half-way back, little is left of what images learn that are of another kind
                // than those of ImageNet.
                Interpolation = images < 320 ? Math.Max(0.7f, images / 320f) : null,
            },
        };
    }

    /// <summary>The papers' recipe: momentum 0.9, a step schedule, weight decay for all parameters, no weight averages.</summary>
    /// <param name="architecture">
    /// The architecture. Networks for 32-pixel images get batches of 128; networks for ImageNet get batches of 32, not 256, and a learning rate
    /// scaled down accordingly.
    /// </param>
    /// <remarks>
    /// ResNet: arXiv 1512.03385, sections 3.4 and 4.2; ResNeXt: arXiv 1611.05431, section 5 and appendix A. The papers train 164 epochs on CIFAR
    /// (ResNeXt: 300) and 90 on ImageNet; a smaller <see cref="MaxEpochs"/> shortens all parts of the schedule in proportion.
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
            Augmentation = isCifar ? AugmentationPolicy.Light : AugmentationPolicy.ImageNet,
            LabelSmoothing = 0,
            EmaDecay = null,
        };
    }

    /// <summary>Lists the values that are out of range, one sentence each.</summary>
    public IEnumerable<string> GetValidationErrors() =>
        [.. StepErrors(), .. LossErrors(), .. Schedule.GetValidationErrors(), .. Augmentation.GetValidationErrors(),
            .. FineTuning?.GetValidationErrors(MaxEpochs) ?? [], .. MuonErrors()];

    private IEnumerable<string> StepErrors()
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
        if (Nesterov && Momentum == 0 && Optimizer != OptimizerKind.AdamW)
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

    private IEnumerable<string> MuonErrors()
    {
        if (MuonLearningRate is { } rate && !(rate is > 0 and <= 1))
            yield return Invariant($"MuonLearningRate is {rate}; it must be above 0 and at most 1.");
        if (MuonLearningRate is not null && Optimizer != OptimizerKind.Muon)
            yield return $"MuonLearningRate is set with the Optimizer {Optimizer}; it has an effect with {OptimizerKind.Muon} only.";
        if (Optimizer == OptimizerKind.Muon && FineTuning is { FreezeNormalization: true })
        {
            yield return "Optimizer is Muon with FineTuning.FreezeNormalization; Muon changes the scale of filters, which only batch normalization in "
                + "training mode makes up for. Use Sgd or AdamW.";
        }
    }

    private IEnumerable<string> LossErrors()
    {
        if (!(LabelSmoothing is >= 0 and < 1))
            yield return Invariant($"LabelSmoothing is {LabelSmoothing}; it must be at least 0 and below 1.");
        if (ClassWeights is { } weights && !(weights.All(weight => weight >= 0 && float.IsFinite(weight)) && weights.Any(weight => weight > 0)))
        {
            string given = string.Join(", ", weights.Select(weight => Invariant($"{weight}")));
            yield return $"ClassWeights are {given}; each must be finite and at least 0, and one above 0.";
        }
        if (EarlyStoppingPatience < 1)
            yield return Invariant($"EarlyStoppingPatience is {EarlyStoppingPatience}; it must be at least 1.");
    }
}
