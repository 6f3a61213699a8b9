using Microsoft.ML.Transforms.Image;

namespace ResNeXt.Tool.Data;

/// <summary>Images with labels.</summary>
public interface ILabeledImages
{
    /// <summary>The classes, in the order of the label's key values.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The type of the image column. It has a size if all images have the same size.</summary>
    ImageDataViewType ImageType { get; }

    /// <summary>
    /// Enumerates the images for <c>LoadFromEnumerable</c>, always in the same order. A row is disposed of when the next one is requested, so copy
    /// the pixels to keep an image.
    /// </summary>
    IEnumerable<LabeledImage> Rows();
}
