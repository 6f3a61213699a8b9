using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes the bytes of an image file in each row. The image is disposed of when the cursor moves to the next row.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageContentDecoding : CustomMappingFactory<ImageContentDecoding.File, ImageDecoding.Decoded>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageContentDecoding";

    /// <summary>The column with the bytes. Part of saved models: never changed.</summary>
    public const string ContentColumn = "ResNeXt.ImageContent";

    /// <summary>
    /// Makes the steps from a column of bytes to <see cref="ImageDecoding.ImageColumn"/>, which also add <see cref="ContentColumn"/>.
    /// </summary>
    /// <param name="transforms">The catalog that makes the steps.</param>
    /// <param name="column">The name of the column of bytes.</param>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, string column) =>
        transforms.CopyColumns(ContentColumn, column).Append(transforms.CustomMapping(new ImageContentDecoding().GetMapping(), ContractName));

    // ML.NET reuses one output object per cursor, so it still holds the image of the previous row.
    public override Action<File, ImageDecoding.Decoded> GetMapping() => static (file, decoded) =>
    {
        decoded.Image?.Dispose();
        decoded.Image = null;
        ReadOnlySpan<byte> content = file.Content.IsDense ? file.Content.GetValues() : file.Content.DenseValues().ToArray();
        // Neither the row's number nor the user's column is known here; the length helps to find the row.
        decoded.Image = ImageDecoder.Decode(content, string.Create(CultureInfo.InvariantCulture, $"content of {content.Length} bytes"));
    };

    /// <summary>The input columns.</summary>
    internal sealed class File
    {
        [ColumnName(ContentColumn), VectorType]
        public VBuffer<byte> Content { get; set; }
    }
}
