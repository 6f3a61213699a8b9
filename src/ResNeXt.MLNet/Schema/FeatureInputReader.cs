using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Schema;

/// <summary>Finds out from a column's type how it delivers pixels, and whether a network can take them.</summary>
internal static class FeatureInputReader
{
    /// <summary>Reads a column's type.</summary>
    /// <param name="column">The column.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="imageSize">The side to resize images to; null for the column's own size, or else the network's default.</param>
    /// <param name="layout">The order of a vector's values; null to read it off the dimensions, or planar for a flat vector.</param>
    /// <returns>The input, or null with a message for the user if the network cannot take what the column holds.</returns>
    public static (FeatureInput? Input, string? Error) Read(
        DataViewSchema.Column column, Architecture architecture, int? imageSize, PixelLayout? layout)
    {
        string name = column.Name;
        (FeatureInput? input, string? error) = column.Type switch
        {
            ImageDataViewType image => (OfImages(name, image.Height, image.Width, architecture, imageSize), null),
            var type when EncodedImages.Holds(type) => (OfImages(name, 0, 0, architecture, imageSize) with { IsEncoded = true }, null),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } vector when raw == typeof(float) && vector.Size > 0 =>
                OfVector(name, vector, architecture, imageSize, layout),
            _ => ((FeatureInput?)null, ColumnSearch.NotPixels(name, $"{column.Type}")),
        };
        error ??= FindShapeError(name, input!.Shape, architecture);
        return error is null ? (input, null) : (null, error);
    }

    private static FeatureInput OfImages(string name, int columnHeight, int columnWidth, Architecture architecture, int? imageSize)
    {
        int height = imageSize ?? (columnHeight > 0 ? columnHeight : architecture.DefaultImageSize);
        int width = imageSize ?? (columnWidth > 0 ? columnWidth : architecture.DefaultImageSize);
        return new(name, IsImage: true, PixelLayout.Planar, new ImageShape(architecture.InputChannels, height, width))
        {
            ColumnHeight = columnHeight,
            ColumnWidth = columnWidth,
        };
    }

    private static (FeatureInput? Input, string? Error) OfVector(
        string name, VectorDataViewType type, Architecture architecture, int? imageSize, PixelLayout? layout)
    {
        if (type.Dimensions is not [var first, var second, var third])
            return OfFlatVector(name, type.Size, architecture.InputChannels, imageSize, layout);
        FeatureInput input = OfDimensions(name, first, second, third, layout);
        return imageSize is { } size && (input.Shape.Height != size || input.Shape.Width != size)
            ? (null, $"ImageSize is {size}, but the vectors in column '{name}' hold images of {input.Shape.Height} x {input.Shape.Width} pixels. "
                + "Leave ImageSize out, or resize the images before ExtractPixels.")
            : (input, null);
    }

    // No image is only four pixels wide, so a dimension that small counts the channels.
    private static FeatureInput OfDimensions(string name, int first, int second, int third, PixelLayout? layout) =>
        (layout ?? (first <= 4 ? PixelLayout.Planar : PixelLayout.Interleaved)) == PixelLayout.Planar
            ? new(name, IsImage: false, PixelLayout.Planar, new ImageShape(first, second, third))
            : new(name, IsImage: false, PixelLayout.Interleaved, new ImageShape(third, first, second));

    private static (FeatureInput? Input, string? Error) OfFlatVector(string name, int length, int channels, int? imageSize, PixelLayout? layout)
    {
        int side = imageSize ?? (int)Math.Round(Math.Sqrt((double)length / channels));
        return (long)side * side * channels == length
            ? (new(name, IsImage: false, layout ?? PixelLayout.Planar, new ImageShape(channels, side, side)), null)
            : (null, $"The vectors in column '{name}' have {length} values, which are not {channels} channels of "
                + $"{(imageSize is null ? "a square image" : $"{side} x {side} pixels")}. "
                + "Use the three-dimensional vectors of ExtractPixels, or set ImageSize to the side of square images.");
    }

    private static string? FindShapeError(string name, ImageShape shape, Architecture architecture)
    {
        if (shape.Channels != architecture.InputChannels)
        {
            return $"The feature column '{name}' has {shape.Channels} channels; {architecture.Name} takes {architecture.InputChannels}. "
                + "Extract red, green and blue.";
        }
        if (Math.Max(shape.Height, shape.Width) > Architecture.MaximumImageSize)
        {
            return $"The images in column '{name}' have {shape.Height} x {shape.Width} pixels; "
                + $"at most {Architecture.MaximumImageSize} a side are possible. Set ImageSize, or resize them.";
        }
        return Math.Min(shape.Height, shape.Width) >= architecture.MinimumImageSize ? null
            : $"The images in column '{name}' have {shape.Height} x {shape.Width} pixels; {architecture.Name} needs at least "
                + $"{architecture.MinimumImageSize} a side. Use larger images{PixelOptionErrors.SmallImageAdvice(architecture)}.";
    }
}
