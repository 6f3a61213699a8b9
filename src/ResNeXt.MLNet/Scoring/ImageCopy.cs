using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>
/// Copies an image before stock transformers get it: they dispose of images that they pass on unchanged, and with it of one that a user holds
/// and wants to score again.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageCopy : CustomMappingFactory<ImageCopy.Original, ImageCopy.Copy>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageCopy";

    /// <summary>The image as it comes. Part of saved models: never changed.</summary>
    public const string OriginalColumn = "ResNeXt.Image";

    /// <summary>Its copy. Part of saved models: never changed.</summary>
    public const string CopyColumn = "ResNeXt.ImageCopy";

    // ML.NET keeps one row per cursor, so the copy of the row before is still there.
    public override Action<Original, Copy> GetMapping()
    {
        // Of a pipeline that ML.NET loads, this is all that runs before rows are read.
        ImageTypeRegistration.AddSquares();
        return static (original, copy) =>
        {
            copy.Image?.Dispose();
            MLImage? image = original.Image;
            copy.Image = image is null ? null : MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        };
    }

    /// <summary>A row before.</summary>
    internal sealed class Original
    {
        [ColumnName(OriginalColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }

    /// <summary>A row after.</summary>
    internal sealed class Copy
    {
        [ColumnName(CopyColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }
}
