using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>This repository's trainer, as it is shipped, on images that are ready; the rate is the one that it reports of the last epoch.</summary>
internal sealed class ShippedTraining(TrainingWork work, Precision precision) : IMeasuredSide
{
    // A round is a training of its own, whose memory grows for some ten steps; the other side's loop goes on where it was.
    private const int Epochs = 4;

    private readonly ImageStore _images = NoiseImages.Store(work.ImageSize, work.Images, work.Classes);

    public Reading Measure()
    {
        using var network = new ResidualNetwork(work.Network, work.Classes, seed: 1);
        TrainingResult outcome = new ClassifierTrainer(network, PixelNormalization.ImageNet, Options(work.BatchSize, precision, Epochs)).Train(_images);
        return new(outcome.Epochs[^1].ImagesPerSecond);
    }

    public void Dispose() => _images.Dispose();

    /// <summary>Epochs that do what the plain loop does: no augmentation, no smoothing, no averaging.</summary>
    public static TrainingOptions Options(int batchSize, Precision precision, int epochs) => new()
    {
        Precision = precision,
        Recipe = new()
        {
            MaxEpochs = epochs,
            BatchSize = batchSize,
            LearningRate = TrainingWork.LearningRate,
            Momentum = TrainingWork.Momentum,
            WeightDecay = TrainingWork.WeightDecay,
            DecayNormAndBias = true,
            Augmentation = AugmentationPolicy.None,
            LabelSmoothing = 0,
            EmaDecay = null,
        },
    };
}
