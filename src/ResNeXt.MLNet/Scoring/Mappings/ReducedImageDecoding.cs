using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using ResNeXt.Core;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Decodes the bytes of an image file in each row to the size that the network takes. The image is disposed of when the cursor moves to the next row.
/// </summary>
/// <remarks>The size is stored before it, by an <see cref="ImageSize"/>: ML.NET saves nothing of a mapping but its name.</remarks>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ReducedImageDecoding : CustomMappingFactory<ImageContentDecoding.File, ImageDecoding.Decoded>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ReducedImageDecoding";

    /// <summary>
    /// Makes the steps from a column of bytes to <see cref="ImageDecoding.ImageColumn"/>, which also add
    /// <see cref="ImageContentDecoding.ContentColumn"/>.
    /// </summary>
    /// <param name="transforms">The catalog that makes the steps.</param>
    /// <param name="column">The name of the column of bytes.</param>
    /// <param name="height">The height of the decoded images, in pixels.</param>
    /// <param name="width">Their width, in pixels.</param>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, string column, int height, int width)
    {
        // The mapping takes the size that was stored last.
        IEstimator<ITransformer> size = ImageSize.Steps(transforms, height, width);
        return size
            .Append(transforms.CopyColumns(ImageContentDecoding.ContentColumn, column))
            .Append(transforms.CustomMapping(new ReducedImageDecoding().GetMapping(), ContractName));
    }

    public override Action<ImageContentDecoding.File, ImageDecoding.Decoded> GetMapping()
    {
        (int height, int width) = ImageSize.Latest;
        if (Math.Min(height, width) < 1 || Math.Max(height, width) > Architecture.MaximumImageSize)
            throw new InvalidDataException($"The model decodes images to {width} x {height} pixels; it is damaged. Download or save it again.");
        // ML.NET reuses one output object per cursor, so it still holds the image of the previous row.
        return (file, decoded) =>
        {
            decoded.Image?.Dispose();
            decoded.Image = null;
            ReadOnlySpan<byte> content = file.Content.IsDense ? file.Content.GetValues() : file.Content.DenseValues().ToArray();
            // Neither the row's number nor the user's column is known here; the length helps to find the row.
            string name = string.Create(CultureInfo.InvariantCulture, $"content of {content.Length} bytes");
            decoded.Image = ImageDecoder.DecodeReduced(content, name, width, height);
        };
    }
}
