using System.Numerics.Tensors;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Images.Augmentation.Operations;
using ResNeXt.Core.Options;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Training;

/// <summary>Shows images as the network sees them during training, converted back to pixels, to judge an augmentation policy.</summary>
/// <remarks>
/// The preview uses the same code as training. Every epoch is one batch of only the shown images, so mixup and cutmix pair them with each other.
/// </remarks>
public sealed class AugmentationPreview
{
    private readonly IImageDataset _dataset;
    private readonly PixelNormalization _normalization;
    private readonly AugmentationPolicy _policy;
    private readonly int _seed;

    /// <summary>Creates a preview.</summary>
    /// <param name="dataset">The training images; owned by the caller.</param>
    /// <param name="normalization">The normalization of the training, with one mean and standard deviation per channel.</param>
    /// <param name="policy">The augmentation policy of the training.</param>
    /// <param name="seed">The seed; the same seed gives the same pictures.</param>
    /// <exception cref="ArgumentException">
    /// A value of the policy is out of range, the normalization has another number of channels, or there is no image.
    /// </exception>
    /// <exception cref="DllNotFoundException">libtorch is missing or does not load; the message says what to do.</exception>
    public AugmentationPreview(IImageDataset dataset, PixelNormalization normalization, AugmentationPolicy policy, int seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(policy);
        OptionErrors.ThrowIfAny(GetValidationErrors(dataset, normalization, policy));
        NativeLoading.TorchLibrary.EnsureLoaded();
        (_dataset, _normalization, _policy, _seed) = (dataset, normalization, policy, seed);
    }

    /// <summary>Draws images: first unchanged, then as the network sees them in every epoch.</summary>
    /// <param name="images">The number of images, spread evenly over the dataset; at least 1, at most all of them.</param>
    /// <param name="epochs">The number of epochs to show, from the first one; at least 1.</param>
    /// <returns>
    /// Planar pixels within the dataset's range, a row for every image: the image itself, then one picture per epoch. Crops of
    /// <see cref="AugmentationPolicy.CropSize"/> are enlarged to the size of the images.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public IReadOnlyList<float[]> Draw(int images, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var shown = new ImageDatasetSubset(_dataset, Shown(images));
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

    /// <summary>The indices in the dataset of the images that <see cref="Draw"/> shows.</summary>
    /// <param name="images">The number of images; at least 1, at most all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public IReadOnlyList<int> Shown(int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(images, _dataset.Count);
        return [.. Enumerable.Range(0, images).Select(image => (int)((long)image * _dataset.Count / images))];
    }

    private IEnumerable<(int Image, float[] Pixels)> Seen(ImageDatasetSubset shown, int epoch)
    {
        var random = new EpochRandom(_seed, epoch);
        int[] order = random.Shuffled(shown);
        var transform = new TrainingTransform(_policy, shown, _normalization, classes: order.Max(shown.Label) + 1);
        using var scope = new TorchScope();
        var loader = new BatchLoader(shown, _normalization, batchSize: order.Length, workers: 1, Computation.OnCpu);
        foreach (Batch batch in loader.Epoch(transform, random, balanced: false, firstBatch: 0))
        {
            using (batch)
            {
                for (int position = 0; position < order.Length; position++)
                {
                    using var input = batch.Images[position];
                    yield return (order[position], InSizeOfTheImage(ToPixels(input.ToFloats(), transform.Shape), transform.Shape));
                }
            }
        }
    }

    private float[] InSizeOfTheImage(float[] crop, ImageShape shape)
    {
        var pixels = new float[_dataset.Shape.Length];
        BilinearResize.Apply(crop, shape, new PixelRectangle(0, 0, shape.Height, shape.Width), pixels, _dataset.Shape);
        return pixels;
    }

    private float[] ToPixels(float[] input, ImageShape shape)
    {
        _normalization.Undo(input, shape.PlaneLength);
        TensorPrimitives.Max(input, _dataset.Range.Minimum, input);
        TensorPrimitives.Min(input, _dataset.Range.Maximum, input);
        return input;
    }

    private static IEnumerable<string> GetValidationErrors(IImageDataset dataset, PixelNormalization normalization, AugmentationPolicy policy)
    {
        if (dataset.Count == 0)
            yield return "There is no image to preview; give a dataset with at least one.";
        if (normalization.Mean.Count != dataset.Shape.Channels)
        {
            yield return $"The mean and standard deviation have {normalization.Mean.Count} values and the images "
                + $"{dataset.Shape.Channels} channels; give one per channel.";
        }
        foreach (string error in policy.GetValidationErrors())
            yield return error;
        if (policy.FindCropError(dataset.Shape) is { } cropError)
            yield return cropError;
    }
}
