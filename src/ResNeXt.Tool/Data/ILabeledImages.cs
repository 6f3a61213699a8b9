using Microsoft.ML.Transforms.Image;

namespace ResNeXt.Tool.Data;

/// <summary>Images whose classes are known.</summary>
public interface ILabeledImages
{
    /// <summary>The classes, in the order that the label's key follows.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many images <see cref="Rows"/> gives.</summary>
    int Count { get; }

    /// <summary>The type of the image column: with a size where all images have the same.</summary>
    ImageDataViewType ImageType { get; }

    /// <summary>
    /// One pass over the images, always in the same order; made for <c>LoadFromEnumerable</c>. A row lives until the next one is asked for: whoever wants to
    /// keep an image copies its pixels.
    /// </summary>
    IEnumerable<LabeledImage> Rows();
}
