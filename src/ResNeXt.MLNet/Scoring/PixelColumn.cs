using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The temporary column with the pixels that a network gets, and the steps that make it from a column of images or vectors.</summary>
internal static class PixelColumn
{
    /// <summary>Its name. Part of saved models: never changed.</summary>
    public const string Name = "ResNeXt.Pixels";

    private const string ResizedColumn = "ResNeXt.Resized";

    /// <summary>The steps that make it.</summary>
    public static IEstimator<ITransformer> Steps(MLServices services, FeatureInput input) => input.IsImage
        ? services.Transforms.CopyColumns(ImageCopy.OriginalColumn, input.ColumnName)
            .Append(services.Transforms.CustomMapping(new ImageCopy().GetMapping(), ImageCopy.ContractName))
            .Append(services.Transforms.ResizeImages(ResizedColumn, input.Shape.Width, input.Shape.Height, ImageCopy.CopyColumn, ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(services.Transforms.ExtractPixels(Name, ResizedColumn))
        : services.Transforms.CopyColumns(Name, input.ColumnName);

    /// <summary>The columns that the steps leave, to be dropped when the network has had the pixels.</summary>
    public static IEnumerable<string> Temporary(FeatureInput input) =>
        input.IsImage ? [ImageCopy.OriginalColumn, ImageCopy.CopyColumn, ResizedColumn, Name] : [Name];

    /// <summary>Makes the column for training: the same steps as in the chain, so that the network sees the same.</summary>
    /// <returns>The data with the pixels, and the name of their column.</returns>
    public static (IDataView Data, string PixelColumn) AddTo(IDataView data, MLServices services, FeatureInput input) => input.IsImage
        ? (Steps(services, input).Fit(NoRows(services, input)).Transform(data), Name)
        : (data, input.ColumnName);

    /// <summary>A view to fit chains on that learn nothing from data. Its images have no size, which is what the step of our own announces.</summary>
    public static IDataView NoRows(MLServices services, FeatureInput input)
    {
        var schema = SchemaDefinition.Create(input.IsImage ? typeof(ImageRow) : typeof(VectorRow));
        SchemaDefinition.Column column = schema[0];
        column.ColumnName = input.ColumnName;
        if (input.IsImage)
            return services.Data.LoadFromEnumerable(Array.Empty<ImageRow>(), schema);
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, input.Shape.Length);
        return services.Data.LoadFromEnumerable(Array.Empty<VectorRow>(), schema);
    }

    private sealed class ImageRow
    {
        [AnyImageType]
        public MLImage? Image { get; set; }
    }

    private sealed class VectorRow
    {
        public float[]? Pixels { get; set; }
    }
}
