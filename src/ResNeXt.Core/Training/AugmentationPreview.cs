using System.Numerics.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Options;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Training;

/// <summary>What a network sees of some images while it is trained, as pixels again, so that people can look at it.</summary>
/// <remarks>The batches come from the loader that training uses, one an epoch, which holds these images alone: mixup and cutmix pair them with each other.</remarks>
public sealed class AugmentationPreview
{
    private readonly IImageDataset _source;
    private readonly PixelNormalization _normalization;
    private readonly AugmentationPolicy _policy;
    private readonly int _seed;

    /// <summary>Prepares a preview.</summary>
    /// <param name="source">Training images; not owned.</param>
    /// <param name="normalization">What the training normalises with; one mean and deviation per channel.</param>
    /// <param name="policy">What the training does to the images.</param>
    /// <param name="seed">The same seed shows the same.</param>
    /// <exception cref="ArgumentException">A value of the policy is out of range, the normalisation has another number of channels, or there is no image.</exception>
    /// <exception cref="DllNotFoundException">libtorch is not there or does not load; the message says what to do.</exception>
    public AugmentationPreview(IImageDataset source, PixelNormalization normalization, AugmentationPolicy policy, int seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(policy);
        OptionErrors.ThrowIfAny(GetValidationErrors(source, normalization, policy));
        NativeLoading.TorchLibrary.EnsureLoaded();
        (_source, _normalization, _policy, _seed) = (source, normalization, policy, seed);
    }

    /// <summary>Draws images: as they are, then as the network sees them.</summary>
    /// <param name="images">How many images, spread evenly over the source; at least 1, at most what the source has.</param>
    /// <param name="epochs">How many epochs to show, from the first one; at least 1.</param>
    /// <returns>Planar pixels within the source's range, a row per image: the image itself, then one picture per epoch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public IReadOnlyList<float[]> Draw(int images, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var shown = new ImageDatasetSubset(_source, Shown(images));
        int columns = epochs + 1;
        var pictures = new float[images * columns][];
        for (int image = 0; image < images; image++)
            shown.CopyTo(image, pictures[image * columns] = new float[shown.Shape.Length]);
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            foreach ((int image, float[] pixels) in Seen(shown, epoch))
                pictures[image * columns + epoch] = pixels;
        }
        return pictures;
    }

    /// <summary>The images that <see cref="Draw"/> shows, by their indices in the source.</summary>
    /// <param name="images">How many images; at least 1, at most what the source has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public IReadOnlyList<int> Shown(int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(images, _source.Count);
        return [.. Enumerable.Range(0, images).Select(image => (int)((long)image * _source.Count / images))];
    }

    private IEnumerable<(int Image, float[] Pixels)> Seen(ImageDatasetSubset shown, int epoch)
    {
        var random = new EpochRandom(_seed, epoch);
        int[] order = random.Shuffled(shown);
        var changes = new TrainingChanges(_policy, shown, _normalization, classes: order.Max(shown.Label) + 1);
        using var scope = new TorchScope();
        var loader = new BatchLoader(shown, _normalization, batchSize: order.Length, workers: 1, Computation.OnCpu);
        foreach (Batch batch in loader.Epoch(changes, random, balanced: false, firstBatch: 0))
        {
            using (batch)
            {
                for (int place = 0; place < order.Length; place++)
                {
                    using var input = batch.Images[place];
                    yield return (order[place], ToPixels(input.ToFloats()));
                }
            }
        }
    }

    private float[] ToPixels(float[] input)
    {
        _normalization.Undo(input, _source.Shape.PlaneLength);
        TensorPrimitives.Max(input, _source.Range.Minimum, input);
        TensorPrimitives.Min(input, _source.Range.Maximum, input);
        return input;
    }

    private static IEnumerable<string> GetValidationErrors(IImageDataset source, PixelNormalization normalization, AugmentationPolicy policy)
    {
        if (source.Count == 0)
            yield return "There is no image to preview; give a source with at least one.";
        if (normalization.Mean.Count != source.Shape.Channels)
            yield return $"The mean and standard deviation have {normalization.Mean.Count} values and the images {source.Shape.Channels} channels; give one per channel.";
        foreach (string mistake in policy.GetValidationErrors())
            yield return mistake;
    }
}
