using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet;

public sealed partial class ResNeXtTrainer
{
    /// <summary>The options of a <see cref="ResNeXtTrainer"/>, which copies them when it is made: later changes have no effect on it.</summary>
    public sealed partial record Options
    {
        private const string DefaultArchitecture = "resnext50_32x4d";
        private static readonly TrainingOptions Defaults = new() { Recipe = new() };

        // What a recipe that depends on the number of images says before they are counted.
        private const int TypicalImages = 200;

        // Null: not chosen, so that InitialWeights may choose it.
        private string? _architecture;

        // Null: the recipe's value. Only EffectiveRecipe reads them.
        private int? _maxEpochs;
        private int? _batchSize;
        private float? _learningRate;
        private float? _weightDecay;

        /// <summary>The name of the label column, a key column with the classes.</summary>
        /// <value>Default <c>Label</c>.</value>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>
        /// The name of the feature column: images (<c>MLImage</c>), the bytes of image files (<c>byte[]</c>), or vectors of <see cref="float"/> with
        /// the pixels.
        /// </summary>
        /// <value>Default <c>Features</c>.</value>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>The name of the output column with one probability per class.</summary>
        /// <value>Default <c>Score</c>.</value>
        public string ScoreColumnName { get; set; } = "Score";

        /// <summary>The name of the output column with the most probable class.</summary>
        /// <value>Default <c>PredictedLabel</c>.</value>
        public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

        /// <summary>The name of the network, one of <see cref="Architectures.All"/>.</summary>
        /// <value>
        /// Default <c>resnext50_32x4d</c>; with <see cref="InitialWeights"/> and if it is not set, the network that they are for, if the file says it.
        /// </value>
        public string Architecture
        {
            get => _architecture ?? DefaultArchitecture;
            // Null is no network, which validation refuses; unlike a name that was never set.
            set => _architecture = value ?? "";
        }

        /// <summary>The side, in pixels, that images are resized to. For a flat vector of pixels: the side of its square images.</summary>
        /// <value>
        /// Default null: the fixed size in the column's type, or else 224 (32 for <c>*_cifar</c>). At least 32 (8 for <c>*_cifar</c>), at most 8192.
        /// </value>
        public int? ImageSize { get; set; }

        /// <summary>
        /// The order of the values in a flat vector of pixels. A vector with three dimensions, as <c>ExtractPixels</c> makes it, needs no such
        /// option.
        /// </summary>
        /// <value>Default null: planar for a flat vector.</value>
        public PixelLayout? PixelLayout { get; set; }

        /// <summary>The mean of each channel, on the scale of the pixels; it is subtracted before pixels enter the network.</summary>
        /// <value>
        /// Default null: measured on the training set; with <see cref="InitialWeights"/> what the file says, or else ImageNet's on the scale 0 to
        /// 255. One finite value per channel, together with <see cref="PixelStd"/>.
        /// </value>
        public float[]? PixelMean { get; set; }

        /// <summary>
        /// The standard deviation of each channel, on the scale of the pixels; pixels are divided by it before they enter the network.
        /// </summary>
        /// <value>Default null, as for <see cref="PixelMean"/>. One finite value above 0 per channel, together with <see cref="PixelMean"/>.</value>
        public float[]? PixelStd { get; set; }

        /// <summary>
        /// The settings that decide how well the network learns: optimizer, schedule, augmentation and so on. Start from a preset of
        /// <see cref="TrainingRecipe"/> and change it using <c>with</c>.
        /// </summary>
        /// <value>
        /// Default null: <see cref="TrainingRecipe.Standard"/>, or <see cref="TrainingRecipe.FineTune"/> if <see cref="InitialWeights"/> is the name of
        /// pretrained weights. <see cref="MaxEpochs"/>, <see cref="BatchSize"/>, <see cref="LearningRate"/> and
        /// <see cref="WeightDecay"/> replace the recipe's values if they are set.
        /// </value>
        public TrainingRecipe? Recipe { get; set; }

        /// <inheritdoc cref="TrainingRecipe.MaxEpochs"/>
        /// <value>Default: the recipe's, which is 30 for <see cref="TrainingRecipe.Standard"/>. At least 1.</value>
        public int MaxEpochs
        {
            get => EffectiveRecipe.MaxEpochs;
            set => _maxEpochs = value;
        }

        /// <inheritdoc cref="TrainingRecipe.BatchSize"/>
        /// <value>Default: the recipe's, which is 64 for <see cref="TrainingRecipe.Standard"/>. From 2 to 4096.</value>
        public int BatchSize
        {
            get => EffectiveRecipe.BatchSize;
            set => _batchSize = value;
        }

        /// <inheritdoc cref="TrainingRecipe.LearningRate"/>
        /// <value>
        /// Default: the recipe's, which is 0.025 (0.2 for <c>*_cifar</c>) for <see cref="TrainingRecipe.Standard"/>. Above 0, at most 10.
        /// <see cref="FindLearningRate"/> proposes one.
        /// </value>
        public float LearningRate
        {
            get => EffectiveRecipe.LearningRate;
            set => _learningRate = value;
        }

        /// <inheritdoc cref="TrainingRecipe.WeightDecay"/>
        /// <value>Default: the recipe's, which is 0.0005 for <see cref="TrainingRecipe.Standard"/>. From 0 to 1.</value>
        public float WeightDecay
        {
            get => EffectiveRecipe.WeightDecay;
            set => _weightDecay = value;
        }

        /// <summary>
        /// The weight of classes in the loss, by class name, for example to make up for rare classes; classes that are not listed have 1. Replaces
        /// the recipe's.
        /// </summary>
        /// <value>Default null. Each at least 0.</value>
        public IReadOnlyDictionary<string, float>? ClassWeights { get; set; }

        /// <inheritdoc cref="TrainingOptions.Workers"/>
        public int Workers { get; set; } = Defaults.Workers;

        /// <inheritdoc cref="TrainingOptions.Threads"/>
        public int? Threads { get; set; } = Defaults.Threads;

        /// <summary>
        /// The processes that train the network together, as <see cref="ProcessGroup.JoinMpi"/> finds them. Every process calls <c>Fit</c> with the
        /// same options and rows, including the <see cref="Seed"/>, and gets the same model; only rank 0 reports progress and writes checkpoints. The
        /// processes read the images together, each a part of them. A batch is divided among them, so <see cref="BatchSize"/> must be a multiple of
        /// their number.
        /// </summary>
        /// <value>Default null: this process alone. The caller disposes of the group after <c>Fit</c>.</value>
        public ProcessGroup? Group { get; set; }

        /// <inheritdoc cref="TrainingOptions.SynchronizeBatchNormalization"/>
        public bool SynchronizeBatchNormalization { get; set; } = Defaults.SynchronizeBatchNormalization;

        /// <inheritdoc cref="TrainingOptions.ExchangeGradientsInBFloat16"/>
        public bool ExchangeGradientsInBFloat16 { get; set; } = Defaults.ExchangeGradientsInBFloat16;

        /// <inheritdoc cref="TrainingOptions.GradientBucketInMegabytes"/>
        public int GradientBucketInMegabytes { get; set; } = Defaults.GradientBucketInMegabytes;

        /// <inheritdoc cref="TrainingOptions.Precision"/>
        public Precision Precision { get; set; } = Defaults.Precision;

        /// <inheritdoc cref="TrainingOptions.Device"/>
        /// <value>Default null: the GPU of the MLContext's <see cref="MLContext.GpuDeviceId"/> when the trainer is made, or else <c>cpu</c>.</value>
        public string? Device { get; set; }

        /// <summary>Whether to train on the CPU, with a warning, if there is no GPU with the name that was given.</summary>
        /// <value>Default null: the MLContext's <see cref="MLContext.FallbackToCpu"/> when the trainer is made.</value>
        public bool? FallbackToCpu { get; set; }

        /// <inheritdoc cref="TrainingOptions.RetainNativeMemory"/>
        public bool RetainNativeMemory { get; set; } = Defaults.RetainNativeMemory;

        /// <summary>
        /// The seed of first weights, order, augmentation and validation split. The same seed, on the same machine with the same number of threads,
        /// gives the same weights, bit for bit.
        /// </summary>
        /// <value>Default null: drawn from the MLContext, so a context with a seed is enough.</value>
        public int? Seed { get; set; }

        /// <summary>The rows to choose the best epoch by, with the same columns as the training rows.</summary>
        /// <value>Default null: none. Not together with <see cref="ValidationFraction"/>.</value>
        public IDataView? ValidationSet { get; set; }

        /// <summary>The part of each class's training rows to set aside for choosing the best epoch.</summary>
        /// <value>
        /// Default null: none. Without validation rows the last epoch is kept. Above 0 and below 1; not together with <see cref="ValidationSet"/>.
        /// </value>
        public float? ValidationFraction { get; set; }

        /// <summary>
        /// Whether to calibrate the probabilities on the validation rows, by temperature scaling: all logits are divided by one number, so that of
        /// images with a probability of 80 % about 80 % are classified correctly. The predicted classes stay the same.
        /// <see cref="ResNeXtTransformer.Calibration"/> tells what it brings, also if it is off.
        /// </summary>
        /// <value>
        /// Default false: the probabilities are those that the network was trained to give. Needs <see cref="ValidationSet"/> or
        /// <see cref="ValidationFraction"/>.
        /// </value>
        public bool CalibrateProbabilities { get; set; }

        /// <summary>
        /// Whether the saved model scores every image together with its mirror image and averages the logits (test-time augmentation). It may
        /// classify some more images correctly where left and right do not matter, and takes twice the time.
        /// </summary>
        /// <value>Default false.</value>
        public bool TestTimeFlip { get; set; }

        /// <summary>
        /// The weights to start from: <c>pretrained</c> for the best pretrained weights that can be had for the network; the name of one of
        /// <see cref="PretrainedWeights.All"/>, for example <c>torchvision:resnet50.IMAGENET1K_V2</c>; or the path of a file: <c>.safetensors</c>,
        /// PyTorch's, <c>.onnx</c>, or a saved model. If the file names its classes, the weights of known classes are kept and new classes start from random ones; otherwise a last layer
        /// for another number of classes starts from random weights.
        /// </summary>
        /// <value>Default null: the network starts from random weights.</value>
        public string? InitialWeights { get; set; }

        /// <summary>Where pretrained weights are looked for if <see cref="InitialWeights"/> is a name, and whether they may be downloaded.</summary>
        /// <value>Default: folders of this machine only; nothing is downloaded.</value>
        public PretrainedOptions Pretrained { get; set; } = new();

        /// <summary>
        /// The folder for checkpoints, from which an interrupted training can be resumed; it then ends with the same weights, bit for bit.
        /// </summary>
        /// <value>Default null: no checkpoints.</value>
        public string? CheckpointDirectory { get; set; }

        /// <summary>The minutes between two checkpoints within an epoch. There is always one at the end of an epoch.</summary>
        /// <value>Default 10. Above 0.</value>
        public double CheckpointMinutes { get; set; } = 10;

        /// <summary>The number of checkpoints in the folder; if one is damaged, the one before it is used.</summary>
        /// <value>Default 3. From 1 to 1000.</value>
        public int CheckpointsKept { get; set; } = 3;

        /// <summary>
        /// Whether to go on from the last checkpoint in <see cref="CheckpointDirectory"/>. If there is none, training starts from the beginning.
        /// </summary>
        /// <value>Default false.</value>
        public bool Resume { get; set; }

        /// <summary>The megabytes of decoded training images that stay in memory; the others go to a temporary file.</summary>
        /// <value>Default 1024. At least 0. An image of 224 x 224 pixels takes 0.14 megabytes.</value>
        public int CacheSizeInMegabytes { get; set; } = 1024;

        /// <summary>
        /// The listener that gets a report after each epoch. An exception that it throws becomes a warning, and training goes on; only an
        /// <see cref="OperationCanceledException"/> ends training.
        /// </summary>
        /// <value>Default null: none.</value>
        public IProgress<EpochReport>? Progress { get; set; }

        /// <summary>
        /// The listener that gets a report after each batch. It is called on the thread that trains; <see cref="System.Progress{T}"/> passes reports
        /// on to another. Its exceptions are treated like those of <see cref="Progress"/>.
        /// </summary>
        /// <value>Default null: none.</value>
        public IProgress<BatchReport>? BatchProgress { get; set; }

        /// <summary>
        /// Cancels the training between two steps: <c>Fit</c> throws <see cref="OperationCanceledException"/>, and there is no model. If there is a
        /// <see cref="CheckpointDirectory"/>, a checkpoint is written first.
        /// </summary>
        /// <value>Default: never. To end early with a model, use <see cref="StopToken"/>.</value>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>
        /// Ends the training early, between two steps: <c>Fit</c> returns the model of the best epoch so far, and
        /// <see cref="ResNeXtTransformer.TrainingWarnings"/> says so. Before the end of the first epoch there is no model to return, and <c>Fit</c>
        /// throws <see cref="OperationCanceledException"/>. If there is a <see cref="CheckpointDirectory"/>, a checkpoint is written first, so the
        /// training can be resumed.
        /// </summary>
        /// <value>Default: never.</value>
        public CancellationToken StopToken { get; set; }

        /// <summary>What takes the place of the recipe's augmentation in experiments; null for nothing.</summary>
        internal AugmentationPolicy? Augmentation { get; init; }

        /// <summary>The recipe to train with, as far as it is known before weights and images are read.</summary>
        internal TrainingRecipe EffectiveRecipe => RecipeFor(PixelOptionErrors.FindArchitecture(Architecture), TypicalImages);

        /// <summary>Whether the weights to start from decide which network is trained.</summary>
        internal bool WeightsChooseNetwork => _architecture is null && InitialWeights is not null;

        /// <summary>Whether the recipe depends on the number of images: the default of fine-tuning does.</summary>
        internal bool FineTunesByDefault => Recipe is null && InitialWeights is { } weights && PretrainedWeights.IsName(weights);

        /// <summary>The recipe to train with: the one given, or the default, with the four values that the options may replace.</summary>
        /// <param name="architecture">The network; null for an unknown one, whose recipe does not matter because validation refuses it.</param>
        /// <param name="images">The number of training images.</param>
        internal TrainingRecipe RecipeFor(Architecture? architecture, int images)
        {
            TrainingRecipe recipe = Recipe ?? (architecture is null ? new() : DefaultRecipe(architecture, images));
            return recipe with
            {
                Augmentation = Augmentation ?? recipe.Augmentation,
                MaxEpochs = _maxEpochs ?? recipe.MaxEpochs,
                BatchSize = _batchSize ?? recipe.BatchSize,
                LearningRate = _learningRate ?? recipe.LearningRate,
                WeightDecay = _weightDecay ?? recipe.WeightDecay,
            };
        }

        private TrainingRecipe DefaultRecipe(Architecture architecture, int images) => FineTunesByDefault
            ? TrainingRecipe.FineTune(architecture, images)
            : TrainingRecipe.Standard(architecture);
    }
}
