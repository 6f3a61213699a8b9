using ResNeXt.Core.Images;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training.Data;

/// <summary>The images of one training; owned by the caller.</summary>
/// <param name="Training">The images to learn from.</param>
/// <param name="Validation">The images to choose the best epoch by, or null.</param>
/// <param name="Normalization">The normalization from pixels to network inputs.</param>
internal sealed record TrainingDatasets(IImageDataset Training, IImageDataset? Validation, PixelNormalization Normalization)
{
    /// <summary>Throws if a network cannot be trained with these images.</summary>
    /// <param name="network">The network.</param>
    /// <param name="recipe">How it will be trained: in a group, with the batches of one process.</param>
    /// <exception cref="ArgumentException">
    /// There are too few images, they or their crops have an impossible size, some do not have the network's channels or classes, or a batch of them
    /// is too large.
    /// </exception>
    public void CheckFor(ResidualNetwork network, TrainingRecipe recipe)
    {
        if (recipe.Augmentation.FindCropError(Training.Shape, network.Architecture.MinimumImageSize) is { } error)
            throw new ArgumentException(error);
        Check(network, Training, recipe.BatchSize, least: 2, "training");
        if (Validation is not null)
            Check(network, Validation, recipe.BatchSize, least: 1, "validation");
    }

    private void Check(ResidualNetwork network, IImageDataset images, int batchSize, int least, string name)
    {
        ImageShape shape = images.Shape;
        network.Architecture.CheckImageSize(Math.Min(shape.Height, shape.Width));
        network.Architecture.CheckImageSize(Math.Max(shape.Height, shape.Width));
        long most = int.MaxValue / ((long)shape.Length * sizeof(float));
        if (Math.Min(batchSize, images.Count) > most)
        {
            throw new ArgumentException($"BatchSize makes batches of {batchSize} images in one process; of images with "
                + $"{shape.Channels} x {shape.Height} x {shape.Width} values, a batch has at most {most} (2 GiB). "
                + "Use a smaller one, or smaller images.");
        }
        if (images.Count < least)
        {
            string found = images.Count == 0 ? "no images" : "only one image";
            throw new ArgumentException($"The {name} set has {found}; at least {least} {(least == 1 ? "is" : "are")} needed.", name);
        }
        int channels = network.Architecture.InputChannels;
        if (images.Shape.Channels != channels || Normalization.Mean.Count != channels)
        {
            throw new ArgumentException($"The {name} images have {images.Shape.Channels} channels and their normalization "
                + $"{Normalization.Mean.Count}; {network.Architecture.Name} takes {channels}.", name);
        }
        for (int index = 0; index < images.Count; index++)
        {
            int label = images.Label(index);
            if (label < 0 || label >= network.Classes)
            {
                throw new ArgumentException(
                    $"Image {index} of the {name} set has the class {label}; the network's are 0 to {network.Classes - 1}.", name);
            }
        }
    }
}
