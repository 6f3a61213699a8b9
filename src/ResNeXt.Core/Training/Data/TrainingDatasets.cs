using ResNeXt.Core.Images;

namespace ResNeXt.Core.Training.Data;

/// <summary>The images of one training, which stay the caller's.</summary>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose the best epoch by, or null.</param>
/// <param name="Normalization">What makes pixels the network's inputs.</param>
internal sealed record TrainingDatasets(IImageDataset Training, IImageDataset? Validation, PixelNormalization Normalization)
{
    /// <summary>Refuses images that a network cannot be trained with.</summary>
    /// <exception cref="ArgumentException">There are too few, or they have other channels than the network or a class that it does not have.</exception>
    public void CheckFor(ResidualNetwork network)
    {
        Check(network, Training, 2, "training");
        if (Validation is not null)
            Check(network, Validation, 1, "validation");
    }

    private void Check(ResidualNetwork network, IImageDataset images, int least, string name)
    {
        if (images.Count < least)
        {
            string found = images.Count == 0 ? "no images" : "only one image";
            throw new ArgumentException($"The {name} set has {found}; at least {least} {(least == 1 ? "is" : "are")} needed.", name);
        }
        int channels = network.Architecture.InputChannels;
        if (images.Shape.Channels != channels || Normalization.Mean.Count != channels)
        {
            throw new ArgumentException($"The {name} images have {images.Shape.Channels} channels and their normalisation {Normalization.Mean.Count}; "
                + $"{network.Architecture.Name} takes {channels}.", name);
        }
        for (int index = 0; index < images.Count; index++)
        {
            if (images.Label(index) is var label && (label < 0 || label >= network.Classes))
                throw new ArgumentException($"Image {index} of the {name} set has the class {label}; the network's are 0 to {network.Classes - 1}.", name);
        }
    }
}
