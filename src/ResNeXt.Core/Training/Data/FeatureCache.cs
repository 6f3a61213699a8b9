using System.Numerics.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Data;

/// <summary>Computes the features of all images once, for a head that learns while everything below it is frozen.</summary>
internal static class FeatureCache
{
    /// <summary>Computes them; the caller disposes of the store, whose "images" are vectors of features.</summary>
    /// <param name="network">The network; put into evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="memoryLimit">Bytes of features to keep in memory.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="InvalidOperationException">The weights give features that are not finite.</exception>
    public static ImageStore Compute(ResidualNetwork network, BatchLoader images, long memoryLimit, CancellationToken cancellation)
    {
        network.eval();
        int length = network.Architecture.FeatureCount;
        var store = new ImageStore(new ImageShape(length, 1, 1), memoryLimit);
        try
        {
            foreach (Batch batch in images.InOrder(cancellation))
            {
                using (batch)
                using (NewDisposeScope())
                using (inference_mode())
                {
                    float[] features = network.ForwardFeatures(batch.Images).ToFloats();
                    if (TensorPrimitives.SumOfMagnitudes<float>(features) is var sum && !float.IsFinite(sum))
                        throw new InvalidOperationException("The network's features are not finite numbers: its weights are damaged. Start from other weights.");
                    long[] labels = batch.Labels.cpu().data<long>().ToArray();
                    for (int i = 0; i < labels.Length; i++)
                        store.Add(features.AsSpan(i * length, length), (int)labels[i]);
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

    /// <summary>Leaves features as they are.</summary>
    public static PixelNormalization Identity(int length) => new(new float[length], [.. Enumerable.Repeat(1f, length)]);
}
