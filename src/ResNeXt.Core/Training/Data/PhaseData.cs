using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Data;

/// <summary>
/// The batches of one phase: of images, or of the features that frozen parts computed from them; owns the features. Knows the learning rates that suit
/// the features.
/// </summary>
internal sealed class PhaseData : IDisposable
{
    private readonly TrainingTransform _transform;
    private readonly TrainingOptions _options;
    private FeatureCache? _features;

    // What the features were computed from, by which processes, and the features of the mirror images.
    private BatchLoader? _images;
    private IBatchGroup? _group;
    private ImageStore? _mirrored;

    private PhaseData(
        TrainingPhase phase, TrainingDatasets datasets, AugmentationPolicy augmentation, int classes, TrainingOptions options, Computation computation,
        int leastImages)
    {
        BatchLoader LoaderOf(IImageDataset images, Computation type, int least) =>
            new(images, datasets.Normalization, options.Recipe.BatchSize, options.Workers, type, least);

        _transform = new(augmentation, datasets.Training, datasets.Normalization, classes);
        _options = options;
        Phase = phase;
        Training = LoaderOf(datasets.Training, computation, leastImages);
        // In float32, as the saved model scores: the epoch is chosen by the accuracy that the model will have.
        Validation = datasets.Validation is null ? null : LoaderOf(datasets.Validation, computation.InFloat32, least: 1);
    }

    /// <summary>The phase, with learning rates for the size of the features if it learns from features.</summary>
    public TrainingPhase Phase { get; }

    /// <summary>The batches of training images.</summary>
    public BatchLoader Training { get; }

    /// <summary>The batches of validation images, or null.</summary>
    public BatchLoader? Validation { get; }

    /// <summary>Prepares the data of a phase. In a phase that learns from features, computes them.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="network">The network.</param>
    /// <param name="datasets">The images.</param>
    /// <param name="options">The options.</param>
    /// <param name="computation">The device and the type to compute in.</param>
    /// <param name="cancellation">Ends the computation of features.</param>
    /// <param name="group">The processes that train together; null for this one alone.</param>
    public static PhaseData Of(
        TrainingPhase phase, ResidualNetwork network, TrainingDatasets datasets, TrainingOptions options, Computation computation,
        CancellationToken cancellation, IBatchGroup? group = null)
    {
        ImageShape crops = options.Recipe.Augmentation.ShapeOf(datasets.Training.Shape);
        int leastImages = phase.OnFeatures ? 1 : network.LeastBatch(crops, phase.RateFactors.Keys);
        var images = new PhaseData(phase, datasets, options.Recipe.Augmentation, network.Classes, options, computation, leastImages);
        if (!phase.OnFeatures)
            return images;
        var features = FeatureCache.Of(network, images, MemoryLimit(options), cancellation, group);
        if (options.Recipe.FineTuning?.FeatureRate is { } rate)
            phase = phase.WithScaledRates(rate / features.MeanSquareLength / options.Recipe.LearningRate);
        return new(phase, features.Datasets, AugmentationPolicy.None, network.Classes, options, computation.InFloat32, leastImages: 1)
        {
            _features = features,
            _images = images.Training,
            _group = group,
        };
    }

    /// <summary>
    /// The features of the training images, and, if the augmentation mirrors images, those of their mirror images, in a phase that learns from
    /// features. This object owns them.
    /// </summary>
    /// <param name="network">The network, with the weights that the phase started with.</param>
    /// <param name="cancellation">Ends the computation of features.</param>
    public IReadOnlyList<IImageDataset> FeaturesWithMirrorImages(ResidualNetwork network, CancellationToken cancellation)
    {
        if (_features is null || _images is null)
            throw new InvalidOperationException("The phase learns from images, not from features.");
        if (_options.Recipe.Augmentation.HorizontalFlipProbability == 0)
            return [_features.Datasets.Training];
        _mirrored ??= FeatureCache.Compute(network, _images, MemoryLimit(_options), cancellation, mirrored: true, _group);
        return [_features.Datasets.Training, _mirrored];
    }

    /// <summary>The training batches of an epoch, shuffled and augmented.</summary>
    /// <param name="epoch">The number of the epoch, from 1.</param>
    /// <param name="firstBatch">The number of batches to skip, because the network was trained with them before.</param>
    /// <param name="share">The batches that this process computes; null for all.</param>
    public IEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch = 0, BatchShare? share = null) =>
        Training.Epoch(_transform, new EpochRandom(_options.Seed, epoch), _options.Recipe.BalancedSampling, firstBatch, share);

    public void Dispose()
    {
        _features?.Dispose();
        _mirrored?.Dispose();
    }

    private static long MemoryLimit(TrainingOptions options) => options.FeatureCacheInMegabytes * 1024L * 1024;
}
