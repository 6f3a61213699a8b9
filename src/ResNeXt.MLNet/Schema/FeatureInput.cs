using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Schema;

/// <summary>How the feature column delivers the pixels.</summary>
/// <param name="ColumnName">The column.</param>
/// <param name="IsImage">Whether it holds images, decoded or encoded, which are resized and unpacked; if not, vectors of pixels.</param>
/// <param name="Layout">The order of a vector's values; planar for images.</param>
/// <param name="Shape">The shape of the images that the network gets.</param>
internal sealed record FeatureInput(string ColumnName, bool IsImage, PixelLayout Layout, ImageShape Shape)
{
    /// <summary>Whether it holds the bytes of image files, which are decoded.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>The height, in pixels, that a column of images announces; 0 where it announces none.</summary>
    public int ColumnHeight { get; init; }

    /// <summary>The width, in pixels, that a column of images announces; 0 where it announces none.</summary>
    public int ColumnWidth { get; init; }

    /// <summary>Whether a column of a type can take this one's place.</summary>
    public bool Takes(DataViewType type) => (IsImage, IsEncoded) switch
    {
        (true, true) => EncodedImages.Holds(type),
        (true, false) => type is ImageDataViewType,
        _ => type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single && vector.Size == Shape.Length,
    };

    /// <summary>What it holds, for messages.</summary>
    [JsonIgnore]
    public string Content => (IsImage, IsEncoded) switch
    {
        (true, true) => "encoded images (byte[])",
        (true, false) => "images",
        _ => $"vectors of {Shape.Length} floats ({Shape.Channels} x {Shape.Height} x {Shape.Width}), {Layout}",
    };

    /// <summary>Reads it off a column.</summary>
    /// <exception cref="InvalidOperationException">The column has a type that holds no pixels, or too few of them.</exception>
    public static FeatureInput Of(DataViewSchema.Column column, Architecture architecture, int? imageSize, PixelLayout? layout)
    {
        FeatureInput input = column.Type switch
        {
            ImageDataViewType image => OfImages(column.Name, image.Height, image.Width, architecture, imageSize),
            var type when EncodedImages.Holds(type) => OfImages(column.Name, 0, 0, architecture, imageSize) with { IsEncoded = true },
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } vector when raw == typeof(float) && vector.Size > 0 =>
                OfVector(column.Name, vector, architecture, imageSize, layout),
            _ => throw ColumnSearch.NotPixels(column.Name, $"{column.Type}"),
        };
        if (input.Shape.Channels != architecture.InputChannels)
            throw new InvalidOperationException($"The feature column '{column.Name}' has {input.Shape.Channels} channels; {architecture.Name} takes {architecture.InputChannels}. Extract red, green and blue.");
        CheckSize(column.Name, input.Shape, architecture);
        return input;
    }

    private static FeatureInput OfImages(string name, int columnHeight, int columnWidth, Architecture architecture, int? imageSize)
    {
        int height = imageSize ?? (columnHeight > 0 ? columnHeight : architecture.DefaultImageSize);
        int width = imageSize ?? (columnWidth > 0 ? columnWidth : architecture.DefaultImageSize);
        return new(name, true, PixelLayout.Planar, new ImageShape(architecture.InputChannels, height, width))
        {
            ColumnHeight = columnHeight,
            ColumnWidth = columnWidth,
        };
    }

    private static FeatureInput OfVector(string name, VectorDataViewType type, Architecture architecture, int? imageSize, PixelLayout? layout)
    {
        FeatureInput input = type.Dimensions is [var first, var second, var third]
            ? OfDimensions(name, first, second, third, layout)
            : OfFlatVector(name, type.Size, architecture.InputChannels, imageSize, layout);
        if (imageSize is { } size && (input.Shape.Height != size || input.Shape.Width != size))
            throw new InvalidOperationException($"ImageSize is {size}, but the vectors in column '{name}' hold images of {input.Shape.Height} x {input.Shape.Width} pixels. Leave ImageSize out, or resize the images before ExtractPixels.");
        return input;
    }

    // No image is four pixels wide or less, so the dimension that small is the channels'.
    private static FeatureInput OfDimensions(string name, int first, int second, int third, PixelLayout? layout) =>
        (layout ?? (first <= 4 ? PixelLayout.Planar : PixelLayout.Interleaved)) == PixelLayout.Planar
            ? new(name, false, PixelLayout.Planar, new ImageShape(first, second, third))
            : new(name, false, PixelLayout.Interleaved, new ImageShape(third, first, second));

    private static FeatureInput OfFlatVector(string name, int length, int channels, int? imageSize, PixelLayout? layout)
    {
        int side = imageSize ?? (int)Math.Round(Math.Sqrt((double)length / channels));
        if ((long)side * side * channels != length)
            throw new InvalidOperationException($"The vectors in column '{name}' have {length} values, which are not {channels} channels of {(imageSize is null ? "a square image" : $"{side} x {side} pixels")}. Use the three-dimensional vectors of ExtractPixels, or set ImageSize to the side of square images.");
        return new(name, false, layout ?? PixelLayout.Planar, new ImageShape(channels, side, side));
    }

    private static void CheckSize(string name, ImageShape shape, Architecture architecture)
    {
        if (Math.Max(shape.Height, shape.Width) > Architecture.MaximumImageSize)
        {
            throw new InvalidOperationException($"The images in column '{name}' have {shape.Height} x {shape.Width} pixels; "
                + $"at most {Architecture.MaximumImageSize} a side are possible. Set ImageSize, or resize them.");
        }
        if (Math.Min(shape.Height, shape.Width) < architecture.MinimumImageSize)
            throw new InvalidOperationException($"The images in column '{name}' have {shape.Height} x {shape.Width} pixels; {architecture.Name} needs at least {architecture.MinimumImageSize} a side. Use larger images{(architecture.Stem == StemKind.ImageNet ? " or a *_cifar architecture (at least 8)" : "")}.");
    }
}
