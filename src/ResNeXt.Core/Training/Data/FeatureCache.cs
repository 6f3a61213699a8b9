using System.Numerics.Tensors;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.TorchRuntime;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>
/// The features of all images, computed once: while everything below the head is frozen, they are the same in every epoch. Owns the features.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    private const long WidthDimension = 3;

    private readonly ImageStore _training;
    private readonly ImageStore? _validation;

    private FeatureCache(ImageStore training, ImageStore? validation)
    {
        (_training, _validation) = (training, validation);
        int length = training.Shape.Length;
        MeanSquareLength = MeanSquareLengthOf(training);
        Datasets = new(training, validation, new PixelNormalization(new float[length], [.. Enumerable.Repeat(1f, length)]));
    }

    /// <summary>The features as datasets: every "image" is the feature vector of an image, and the normalization leaves it unchanged.</summary>
    public TrainingDatasets Datasets { get; }

    /// <summary>The mean over the training images of the squared length of their features; 1 if all features are 0.</summary>
    public double MeanSquareLength { get; }

    /// <summary>Computes the features of all images of a phase.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="memoryLimit">The bytes of features of one dataset to keep in memory; the rest goes to a temporary file.</param>
    /// <param name="cancellation">Cancels between two batches; in a group, that of all processes.</param>
    /// <param name="group">The processes that compute them together; null for this one alone.</param>
    public static FeatureCache Of(
        ResidualNetwork network, PhaseData images, long memoryLimit, CancellationToken cancellation, IBatchGroup? group = null)
    {
        ImageStore training = Compute(network, images.Training, memoryLimit, cancellation, group: group);
        try
        {
            return new(training, images.Validation is null ? null : Compute(network, images.Validation, memoryLimit, cancellation, group: group));
        }
        catch
        {
            training.Dispose();
            throw;
        }
    }

    /// <summary>Computes the features of the images of one dataset.</summary>
    /// <param name="network">The network; left in evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="memoryLimit">The bytes of features to keep in memory; the rest goes to a temporary file.</param>
    /// <param name="cancellation">Cancels between two batches; in a group, that of all processes.</param>
    /// <param name="mirrored">Whether to take the mirror images instead, with left and right exchanged.</param>
    /// <param name="group">The processes that compute them together, each the batches of its share; null for this one alone.</param>
    /// <returns>The features; owned by the caller.</returns>
    /// <exception cref="InvalidOperationException">The weights give features that are not finite.</exception>
    /// <exception cref="RankFailedException">Another process of the group has failed.</exception>
    public static ImageStore Compute(
        ResidualNetwork network, BatchLoader images, long memoryLimit, CancellationToken cancellation, bool mirrored = false,
        IBatchGroup? group = null)
    {
        network.eval();
        int length = network.Architecture.FeatureCount;
        var store = new ImageStore(new ImageShape(length, 1, 1), memoryLimit);
        try
        {
            using IEnumerator<Batch> batches = images.InOrder(cancellation, group?.Share).GetEnumerator();
            while (store.Count < images.Dataset.Count)
            {
                float[] own = batches.MoveNext() ? FeaturesOf(network, batches.Current, mirrored) : [];
                IReadOnlyList<float[]> round = group?.AllGather(own) ?? [own];
                // In all processes, also in one whose own batches have ended: the others do not wait for it any more.
                cancellation.ThrowIfCancellationRequested();
                foreach (float[] features in round)
                {
                    for (int start = 0; start < features.Length; start += length)
                        store.Add(features.AsSpan(start, length), images.Dataset.Label(store.Count));
                }
            }
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    // Disposes of the batch.
    private static float[] FeaturesOf(ResidualNetwork network, Batch batch, bool mirrored)
    {
        using (batch)
        using (NewDisposeScope())
        using (inference_mode())
        {
            float[] features = network.ForwardFeatures(mirrored ? batch.Images.flip(WidthDimension) : batch.Images).ToFloats();
            return float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(features)) ? features
                : throw new InvalidOperationException("The network's features are not finite: its weights are damaged. Start from other weights.");
        }
    }

    private static double MeanSquareLengthOf(ImageStore features)
    {
        float[] values = new float[features.Shape.Length];
        double sum = 0;
        for (int index = 0; index < features.Count; index++)
        {
            features.CopyTo(index, values);
            sum += TensorPrimitives.SumOfSquares<float>(values);
        }
        return sum > 0 ? sum / features.Count : 1;
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation?.Dispose();
    }
}
