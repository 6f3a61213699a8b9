using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>What the learning parts see in one phase: images, or the features that frozen parts made of them; owns the features.</summary>
internal sealed class PhaseData : IDisposable
{
    private readonly ImageStore?[] _owned;

    private PhaseData(
        BatchLoader training, BatchLoader? validation, TrainingChanges changes, Func<Tensor, Tensor> forward, NativeMemoryRetention? memory, params ImageStore?[] owned)
    {
        Training = training;
        Validation = validation;
        Changes = changes;
        Forward = forward;
        Memory = memory;
        _owned = owned;
    }

    public BatchLoader Training { get; }

    public BatchLoader? Validation { get; }

    /// <summary>What training images go through.</summary>
    public TrainingChanges Changes { get; }

    /// <summary>From a batch's images, or features, to logits.</summary>
    public Func<Tensor, Tensor> Forward { get; }

    /// <summary>The native memory that is kept between steps, or null where none is.</summary>
    public NativeMemoryRetention? Memory { get; }

    /// <summary>What a phase learns from.</summary>
    public static PhaseData Of(
        TrainingPhase phase, ResidualNetwork network, TrainingDatasets sets, TrainingOptions options, Computation computation, CancellationToken cancellation) =>
        phase.OnFeatures
            ? OfFeatures(network, sets, options, computation, cancellation)
            : OfImages(network, sets, options, computation, network.LeastBatch(sets.Training.Shape, phase.RateFactors.Keys));

    /// <summary>Images for the whole network. Validation is in float32, as the saved model's scores are: the figures by which an epoch is chosen are the model's.</summary>
    private static PhaseData OfImages(ResidualNetwork network, TrainingDatasets sets, TrainingOptions options, Computation computation, int leastImages = 1) => new(
        Loader(sets.Training, sets.Normalization, options, computation, leastImages),
        sets.Validation is null ? null : Loader(sets.Validation, sets.Normalization, options, computation.InFloat32),
        new TrainingChanges(options.Recipe.Augmentation, sets.Training, sets.Normalization, network.Classes),
        network.call,
        computation.Memory);

    /// <summary>Features, computed once, for the head alone.</summary>
    private static PhaseData OfFeatures(ResidualNetwork network, TrainingDatasets sets, TrainingOptions options, Computation computation, CancellationToken cancellation)
    {
        long limit = options.FeatureCacheInMegabytes * 1024L * 1024;
        using PhaseData images = OfImages(network, sets, options, computation);
        ImageStore training = FeatureCache.Compute(network, images.Training, limit, cancellation);
        try
        {
            ImageStore? validation = images.Validation is null ? null : FeatureCache.Compute(network, images.Validation, limit, cancellation);
            PixelNormalization identity = FeatureCache.Identity(training.Shape.Channels);
            return new(
                Loader(training, identity, options, computation.InFloat32), validation is null ? null : Loader(validation, identity, options, computation.InFloat32),
                new TrainingChanges(AugmentationPolicy.None, training, identity, network.Classes),
                features => network.Classify(features.flatten(1)), computation.Memory, training, validation);
        }
        catch
        {
            training.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (ImageStore? store in _owned)
            store?.Dispose();
    }

    private static BatchLoader Loader(
        IImageDataset source, PixelNormalization normalization, TrainingOptions options, Computation computation, int leastImages = 1) =>
        new(source, normalization, options.Recipe.BatchSize, options.Workers, computation, leastImages);
}
