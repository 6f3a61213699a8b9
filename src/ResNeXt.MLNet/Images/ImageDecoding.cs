using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes an image file per row. The image lives until the cursor's next row.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageDecoding : CustomMappingFactory<ImageDecoding.File, ImageDecoding.Decoded>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageDecoding";

    /// <summary>The file. Part of saved models: never changed.</summary>
    public const string PathColumn = "ResNeXt.ImagePath";

    /// <summary>What is in it. Part of saved models: never changed.</summary>
    public const string ImageColumn = "ResNeXt.DecodedImage";

    /// <summary>The steps from a column of paths to <see cref="ImageColumn"/>; they leave <see cref="PathColumn"/> too.</summary>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, string column) =>
        transforms.CopyColumns(PathColumn, column).Append(transforms.CustomMapping(new ImageDecoding().GetMapping(), ContractName));

    // ML.NET keeps one row per cursor, so the image of the row before is still there.
    public override Action<File, Decoded> GetMapping() => static (file, decoded) =>
    {
        decoded.Image?.Dispose();
        decoded.Image = null;
        decoded.Image = ImageDecoder.Decode(file.Path.ToString());
    };

    /// <summary>A row before.</summary>
    internal sealed class File
    {
        [ColumnName(PathColumn)]
        public ReadOnlyMemory<char> Path { get; set; }
    }

    /// <summary>A row after.</summary>
    internal sealed class Decoded
    {
        [ColumnName(ImageColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }
}
