using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes the image file that each row names. The image is disposed of when the cursor moves to the next row.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageDecoding : CustomMappingFactory<ImageDecoding.File, ImageDecoding.Decoded>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageDecoding";

    /// <summary>The column with the path. Part of saved models: never changed.</summary>
    public const string PathColumn = "ResNeXt.ImagePath";

    /// <summary>The column with the image. Part of saved models: never changed.</summary>
    public const string ImageColumn = "ResNeXt.DecodedImage";

    /// <summary>Makes the steps from a column of paths to <see cref="ImageColumn"/>, which also add <see cref="PathColumn"/>.</summary>
    /// <param name="transforms">The catalog that makes the steps.</param>
    /// <param name="column">The name of the column of paths.</param>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, string column) =>
        transforms.CopyColumns(PathColumn, column).Append(transforms.CustomMapping(new ImageDecoding().GetMapping(), ContractName));

    // ML.NET reuses one output object per cursor, so it still holds the image of the previous row.
    public override Action<File, Decoded> GetMapping() => static (file, decoded) =>
    {
        decoded.Image?.Dispose();
        decoded.Image = null;
        decoded.Image = ImageDecoder.Decode(file.Path.ToString());
    };

    /// <summary>The input columns.</summary>
    internal sealed class File
    {
        [ColumnName(PathColumn)]
        public ReadOnlyMemory<char> Path { get; set; }
    }

    /// <summary>The output columns.</summary>
    internal sealed class Decoded
    {
        [ColumnName(ImageColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }
}
