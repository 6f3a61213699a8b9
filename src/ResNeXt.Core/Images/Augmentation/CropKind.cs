namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Which part of a training image the network sees.</summary>
public enum CropKind
{
    /// <summary>All of it.</summary>
    None,

    /// <summary>The image padded on each side and cropped back to its size at a random place (arXiv 1512.03385, section 4.2).</summary>
    PadAndCrop,

    /// <summary>A random part of random area and aspect ratio, resized to the image's size (arXiv 1409.4842, section 6).</summary>
    RandomResizedCrop,
}
