using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet;

public sealed partial class ResNeXtTrainer
{
    /// <summary>The settings of a <see cref="ResNeXtTrainer"/>. Copied when the trainer is made.</summary>
    public sealed record Options
    {
        private static readonly TrainingOptions Defaults = new() { Recipe = new() };

        private int? _maxEpochs;
        private int? _batchSize;
        private float? _learningRate;
        private float? _weightDecay;

        /// <summary>The key column with the classes.</summary>
        /// <value>Default <c>Label</c>.</value>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The column with the images: <c>MLImage</c>, or a vector of floats with the pixels.</summary>
        /// <value>Default <c>Features</c>.</value>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>The column to write the probabilities to.</summary>
        /// <value>Default <c>Score</c>.</value>
        public string ScoreColumnName { get; set; } = "Score";

        /// <summary>The column to write the most probable class to.</summary>
        /// <value>Default <c>PredictedLabel</c>.</value>
        public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

        /// <summary>The network, a name that <see cref="Architectures.All"/> lists.</summary>
        /// <value>Default <c>resnext50_32x4d</c>.</value>
        public string Architecture { get; set; } = "resnext50_32x4d";

        /// <summary>The side, in pixels, that an image column is resized to. For a flat vector of pixels: the side of its square images.</summary>
        /// <value>Default null: the column's own fixed size, else 224 (32 for <c>*_cifar</c>). At least 32 (8 for <c>*_cifar</c>), at most 8192.</value>
        public int? ImageSize { get; set; }

        /// <summary>The order of the values in a flat vector of pixels; a vector with three dimensions, as <c>ExtractPixels</c> makes it, tells by itself.</summary>
        /// <value>Default null: planar for a flat vector.</value>
        public PixelLayout? PixelLayout { get; set; }

        /// <summary>Mean per channel, on the scale of the pixels; together with <see cref="PixelStd"/>.</summary>
        /// <value>Default null: measured on the training set; with <see cref="InitialWeights"/> what the file says, else ImageNet's on 0..255.</value>
        public float[]? PixelMean { get; set; }

        /// <summary>Standard deviation per channel, on the scale of the pixels; above 0, together with <see cref="PixelMean"/>.</summary>
        /// <value>Default null, as for <see cref="PixelMean"/>.</value>
        public float[]? PixelStd { get; set; }

        /// <summary>What decides how well the network learns: a preset of <see cref="TrainingRecipe"/>, changed with <c>with</c> where you like.</summary>
        /// <value>Default null: <see cref="TrainingRecipe.Standard"/>. The four settings below, where they are set, replace the recipe's.</value>
        public TrainingRecipe? Recipe { get; set; }

        /// <inheritdoc cref="TrainingRecipe.MaxEpochs"/>
        /// <value>Default: the recipe's, which is 30 for <see cref="TrainingRecipe.Standard"/>; at least 1.</value>
        public int MaxEpochs
        {
            get => _maxEpochs ?? EffectiveRecipe.MaxEpochs;
            set => _maxEpochs = value;
        }

        /// <inheritdoc cref="TrainingRecipe.BatchSize"/>
        /// <value>Default: the recipe's, which is 64 for <see cref="TrainingRecipe.Standard"/>; 2 to 4096.</value>
        public int BatchSize
        {
            get => _batchSize ?? EffectiveRecipe.BatchSize;
            set => _batchSize = value;
        }

        /// <inheritdoc cref="TrainingRecipe.LearningRate"/>
        /// <value>Default: the recipe's, which is 0.025 (0.2 for <c>*_cifar</c>) for <see cref="TrainingRecipe.Standard"/>; above 0, at most 10.</value>
        public float LearningRate
        {
            get => _learningRate ?? EffectiveRecipe.LearningRate;
            set => _learningRate = value;
        }

        /// <inheritdoc cref="TrainingRecipe.WeightDecay"/>
        /// <value>Default: the recipe's, which is 0.0005 for <see cref="TrainingRecipe.Standard"/>; 0 to 1.</value>
        public float WeightDecay
        {
            get => _weightDecay ?? EffectiveRecipe.WeightDecay;
            set => _weightDecay = value;
        }

        /// <summary>A factor for the loss of every class, by class name; the others have 1. Replaces the recipe's.</summary>
        /// <value>Default null. At least 0.</value>
        public IReadOnlyDictionary<string, float>? ClassWeights { get; set; }

        /// <inheritdoc cref="TrainingOptions.Workers"/>
        public int Workers { get; set; } = Defaults.Workers;

        /// <inheritdoc cref="TrainingOptions.Threads"/>
        public int? Threads { get; set; } = Defaults.Threads;

        /// <inheritdoc cref="TrainingOptions.Precision"/>
        public Precision Precision { get; set; } = Defaults.Precision;

        /// <inheritdoc cref="TrainingOptions.Device"/>
        /// <value>Default null: the GPU that the MLContext's <see cref="MLContext.GpuDeviceId"/> names, else <c>cpu</c>.</value>
        public string? Device { get; set; }

        /// <summary>Whether the CPU is used, with a warning, where a GPU is named that is not there.</summary>
        /// <value>Default null: what the MLContext's <see cref="MLContext.FallbackToCpu"/> says.</value>
        public bool? FallbackToCpu { get; set; }

        /// <inheritdoc cref="TrainingOptions.RetainNativeMemory"/>
        public bool RetainNativeMemory { get; set; } = Defaults.RetainNativeMemory;

        /// <summary>
        /// Decides first weights, order, augmentation and the validation split: the same seed on the same machine, with the same number of threads, gives
        /// the same weights, bit for bit.
        /// </summary>
        /// <value>Default null: drawn from the MLContext, so that a context with a seed is enough.</value>
        public int? Seed { get; set; }

        /// <summary>Rows to choose the best epoch by, with the same columns as the training rows. Not together with <see cref="ValidationFraction"/>.</summary>
        /// <value>Default null.</value>
        public IDataView? ValidationSet { get; set; }

        /// <summary>The part of every class's training rows to set aside for choosing the best epoch; above 0 and below 1.</summary>
        /// <value>Default null: without a validation set the last epoch is kept.</value>
        public float? ValidationFraction { get; set; }

        /// <summary>
        /// A file with weights to start from, a saved model too. Where it names its classes, what it knows of each is kept by name and new classes
        /// start fresh; elsewhere a last layer for another number of classes starts fresh.
        /// </summary>
        /// <value>Default null: the weights are drawn.</value>
        public string? InitialWeights { get; set; }

        /// <summary>A folder to keep the state in, so that an interrupted training can be resumed and ends with the same weights, bit for bit.</summary>
        /// <value>Default null: none is kept.</value>
        public string? CheckpointDirectory { get; set; }

        /// <summary>After how many minutes the state is written in the middle of an epoch; at the end of an epoch it always is.</summary>
        /// <value>Default 10; above 0.</value>
        public double CheckpointMinutes { get; set; } = 10;

        /// <summary>How many states are kept: a damaged one is skipped for the one before it.</summary>
        /// <value>Default 3; 1 to 1000.</value>
        public int CheckpointsKept { get; set; } = 3;

        /// <summary>Whether to go on from what <see cref="CheckpointDirectory"/> holds; an empty folder starts afresh.</summary>
        /// <value>Default false.</value>
        public bool Resume { get; set; }

        /// <summary>Decoded training images up to this size stay in memory, the others go to a temporary file.</summary>
        /// <value>Default 1024 megabytes; at least 0. A 224-pixel image takes 0.14 megabytes.</value>
        public int CacheSizeInMegabytes { get; set; } = 1024;

        /// <summary>Hears of every epoch.</summary>
        /// <value>Default null.</value>
        public IProgress<EpochReport>? Progress { get; set; }

        /// <summary>
        /// Hears of every batch, within the epoch, on the thread that trains; <see cref="System.Progress{T}"/> hands reports on to another. A listener that throws ends the training.
        /// </summary>
        /// <value>Default null.</value>
        public IProgress<BatchReport>? BatchProgress { get; set; }

        /// <summary>
        /// Abandons the training between two steps: <c>Fit</c> throws <see cref="OperationCanceledException"/>, and there is no model. With a
        /// <see cref="CheckpointDirectory"/> the state is kept.
        /// </summary>
        /// <value>Default: never. To end early with a model, see <see cref="StopToken"/>.</value>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>
        /// Ends the training early, between two steps: <c>Fit</c> returns the model of the best epoch so far, as if the training had ended there, and
        /// <see cref="ResNeXtTransformer.TrainingWarnings"/> says so. Before the first epoch has ended there is no model to return, and <c>Fit</c> throws
        /// <see cref="OperationCanceledException"/>. With a <see cref="CheckpointDirectory"/> the state is kept, so that the training can go on.
        /// </summary>
        /// <value>Default: never.</value>
        public CancellationToken StopToken { get; set; }

        /// <summary>The recipe, or the one that stands for none; the four settings are not in it.</summary>
        // With an unknown architecture the recipe does not matter: it is refused.
        internal TrainingRecipe EffectiveRecipe => Recipe
            ?? (Architectures.All.FirstOrDefault(known => known.Name == Architecture) is { } architecture ? TrainingRecipe.Standard(architecture) : new());

        /// <summary>The options for Core.</summary>
        /// <param name="seed">The seed.</param>
        /// <param name="classNames">The classes, in order; null where they are not known yet.</param>
        /// <param name="services">The MLContext, whose device counts where no other is named; null where it does not matter yet.</param>
        internal TrainingOptions Training(int seed, IReadOnlyList<string>? classNames = null, MLServices? services = null) => new()
        {
            Recipe = EffectiveRecipe with
            {
                MaxEpochs = MaxEpochs,
                BatchSize = BatchSize,
                LearningRate = LearningRate,
                WeightDecay = WeightDecay,
                ClassWeights = ClassWeights is { } weights && classNames is not null ? WeightsOf(weights, classNames) : EffectiveRecipe.ClassWeights,
            },
            Seed = seed,
            Workers = Workers,
            Threads = Threads,
            Precision = Precision,
            Device = Device ?? (services?.GpuDeviceId is { } gpu ? $"cuda:{gpu}" : Defaults.Device),
            FallbackToCpu = FallbackToCpu ?? services?.FallbackToCpu ?? Defaults.FallbackToCpu,
            RetainNativeMemory = RetainNativeMemory,
        };

        internal PixelNormalization? Normalization => PixelMean is null || PixelStd is null ? null : new(PixelMean, PixelStd);

        private static float[] WeightsOf(IReadOnlyDictionary<string, float> weights, IReadOnlyList<string> classNames) =>
            weights.Keys.Except(classNames).FirstOrDefault() is { } unknown
                ? throw new ArgumentException($"ClassWeights has a weight for '{unknown}', which is not a class of the label column ({ColumnSearch.Some([.. classNames])}).")
                : [.. classNames.Select(name => weights.GetValueOrDefault(name, 1))];
    }
}
