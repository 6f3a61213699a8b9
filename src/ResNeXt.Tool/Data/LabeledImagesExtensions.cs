using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.Tool.Data;

/// <summary>Makes labeled images available to ML.NET.</summary>
public static class LabeledImagesExtensions
{
    /// <summary>Creates a data view with the columns <c>Image</c>, <c>Label</c> (text) and <c>Name</c>. Every pass reads the files again.</summary>
    /// <remarks>
    /// <c>ShuffleRows</c> silently drops image columns, like all columns that it cannot copy, so shuffle after extracting pixels. An unreadable image
    /// ends a pass with an exception, which caching and shuffling transforms wrap in one or two <see cref="InvalidOperationException"/>.
    /// </remarks>
    public static IDataView ToDataView(this ILabeledImages images, MLContext context)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabeledImage));
        schema[nameof(LabeledImage.Image)].ColumnType = images.ImageType;
        // ML.NET accepts images of a fixed size from objects only after an attribute has registered the size.
        if (images.ImageType is { Height: > 0, Width: > 0 } type)
            new ImageTypeAttribute(type.Height, type.Width).Register();
        return context.Data.LoadFromEnumerable(images.Rows(), schema);
    }
}
