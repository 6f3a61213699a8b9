using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.Tool.Data;

/// <summary>The way from labelled images into ML.NET.</summary>
public static class LabeledImagesExtensions
{
    /// <summary>The images as a data view with the columns <c>Image</c>, <c>Label</c> (text) and <c>Name</c>; every pass reads the files anew.</summary>
    /// <remarks>
    /// <c>ShuffleRows</c> drops image columns without a word, as it does with all columns that it cannot copy: shuffle after pixels are extracted.
    /// An unreadable image ends a pass with its own exception, except that caching and shuffling transforms wrap it in an
    /// <see cref="InvalidOperationException"/> or two.
    /// </remarks>
    public static IDataView ToDataView(this ILabeledImages images, MLContext context)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabeledImage));
        schema[nameof(LabeledImage.Image)].ColumnType = images.ImageType;
        // ML.NET reads images of a size from objects only once some attribute has made the size known to it.
        if (images.ImageType is { Height: > 0, Width: > 0 } type)
            new ImageTypeAttribute(type.Height, type.Width).Register();
        return context.Data.LoadFromEnumerable(images.Rows(), schema);
    }
}
