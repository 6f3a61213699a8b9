using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Images;

namespace ResNeXt.MLNet.Schema;

/// <summary>How the feature column delivers pixels. Part of saved models (as JSON): its members keep their names.</summary>
/// <param name="ColumnName">The name of the column.</param>
/// <param name="IsImage">
/// Whether the column holds images, decoded or encoded, which the pipeline resizes; otherwise it holds vectors of pixels.
/// </param>
/// <param name="Layout">The order of a vector's values; planar for images.</param>
/// <param name="Shape">The shape of the images that the network gets.</param>
internal sealed record FeatureInput(string ColumnName, bool IsImage, PixelLayout Layout, ImageShape Shape)
{
    /// <summary>Whether the column holds the bytes of image files, which the pipeline decodes.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>
    /// Whether the pipeline decodes encoded images to the network's size at once, as docs/model-contract.md defines; false in models that decode them
    /// whole, as all did at first.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReduced { get; init; }

    /// <summary>The height, in pixels, in the type of an image column; 0 for any height.</summary>
    public int ColumnHeight { get; init; }

    /// <summary>The width, in pixels, in the type of an image column; 0 for any width.</summary>
    public int ColumnWidth { get; init; }

    /// <summary>What the column holds, for messages.</summary>
    [JsonIgnore]
    public string Content => (IsImage, IsEncoded) switch
    {
        (true, true) => "encoded images (byte[])",
        (true, false) => "images",
        _ => $"vectors of {Shape.Length} floats ({Shape.Channels} x {Shape.Height} x {Shape.Width}), {Layout}",
    };

    /// <summary>Reads the type of a feature column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="imageSize">The side to resize images to; null for the column's own size, or else the network's default.</param>
    /// <param name="layout">The order of a vector's values; null to read it off the dimensions, or planar for a flat vector.</param>
    /// <exception cref="InvalidOperationException">The network cannot take what the column holds; the message says what to do.</exception>
    public static FeatureInput Of(DataViewSchema.Column column, Architecture architecture, int? imageSize, PixelLayout? layout)
    {
        (FeatureInput? input, string? error) = FeatureInputReader.Read(column, architecture, imageSize, layout);
        return input ?? throw new InvalidOperationException(error);
    }

    /// <summary>Whether a column with that type can take the place of this one.</summary>
    /// <param name="type">The type of the other column.</param>
    public bool Takes(DataViewType type) => (IsImage, IsEncoded) switch
    {
        (true, true) => EncodedImages.Holds(type),
        (true, false) => type is ImageDataViewType,
        _ => type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single && vector.Size == Shape.Length,
    };
}
