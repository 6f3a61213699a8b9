using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Copies an image before stock transformers get it: ML.NET's dispose of images that they pass on unchanged, so they would dispose of an image that
/// the user wants to score again. The copy shares the pixels, which nothing changes.
/// </summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageCopy : CustomMappingFactory<ImageCopy.Original, ImageCopy.Copy>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageCopy";

    /// <summary>The column with the original. Part of saved models: never changed.</summary>
    public const string OriginalColumn = "ResNeXt.Image";

    /// <summary>The column with the copy. Part of saved models: never changed.</summary>
    public const string CopyColumn = "ResNeXt.ImageCopy";

    // ML.NET reuses one output object per cursor, so it still holds the copy for the previous row.
    public override Action<Original, Copy> GetMapping()
    {
        // When plain ML.NET loads a pipeline, it runs the GetMapping of each saved mapping (of this one, ImageSize and others), and no other code of
        // this library before rows are read.
        ImageTypeRegistration.AddSquares();
        return static (original, copy) =>
        {
            copy.Image?.Dispose();
            MLImage? image = original.Image;
            copy.Image = image is null ? null : MLServices.Share(image);
        };
    }

    /// <summary>The input columns.</summary>
    internal sealed class Original
    {
        [ColumnName(OriginalColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }

    /// <summary>The output columns.</summary>
    internal sealed class Copy
    {
        [ColumnName(CopyColumn), AnyImageType]
        public MLImage? Image { get; set; }
    }
}
