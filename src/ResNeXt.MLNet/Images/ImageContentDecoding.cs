using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes the bytes of an image file per row. The image lives until the cursor's next row.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageContentDecoding : CustomMappingFactory<ImageContentDecoding.File, ImageDecoding.Decoded>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageContentDecoding";

    /// <summary>The bytes. Part of saved models: never changed.</summary>
    public const string ContentColumn = "ResNeXt.ImageContent";

    /// <summary>The steps from a column of bytes to <see cref="ImageDecoding.ImageColumn"/>; they leave <see cref="ContentColumn"/> too.</summary>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, string column) =>
        transforms.CopyColumns(ContentColumn, column).Append(transforms.CustomMapping(new ImageContentDecoding().GetMapping(), ContractName));

    // ML.NET keeps one row per cursor, so the image of the row before is still there.
    public override Action<File, ImageDecoding.Decoded> GetMapping() => static (file, decoded) =>
    {
        decoded.Image?.Dispose();
        decoded.Image = null;
        ReadOnlySpan<byte> content = file.Content.IsDense ? file.Content.GetValues() : file.Content.DenseValues().ToArray();
        // Neither the row nor the user's column is known here; the length helps to find the row.
        decoded.Image = ImageDecoder.Decode(content, string.Create(CultureInfo.InvariantCulture, $"content of {content.Length} bytes"));
    };

    /// <summary>A row before.</summary>
    internal sealed class File
    {
        [ColumnName(ContentColumn), VectorType]
        public VBuffer<byte> Content { get; set; }
    }
}
