using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The temporary column with the pixels that a network gets, and the steps that make it from a column of images or vectors.</summary>
internal static class PixelColumn
{
    /// <summary>Its name. Part of saved models: never changed.</summary>
    public const string Name = "ResNeXt.Pixels";

    private const string ResizedColumn = "ResNeXt.Resized";

    /// <summary>The steps that make it.</summary>
    public static IEstimator<ITransformer> Steps(MLServices services, FeatureInput input)
    {
        if (!input.IsImage)
            return services.Transforms.CopyColumns(Name, input.ColumnName);
        (IEstimator<ITransformer> images, string column) = input.IsEncoded ? Decoded(services, input) : Copied(services, input);
        return new EstimatorChain<ITransformer>()
            .Append(images)
            .Append(services.Transforms.ResizeImages(
                ResizedColumn, input.Shape.Width, input.Shape.Height, column, ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(services.Transforms.ExtractPixels(Name, ResizedColumn));
    }

    /// <summary>The columns that the steps leave, to be dropped when the network has had the pixels.</summary>
    public static IEnumerable<string> Temporary(FeatureInput input) => (input.IsImage, input.IsEncoded) switch
    {
        (true, true) => [ImageContentDecoding.ContentColumn, ImageDecoding.ImageColumn, ResizedColumn, Name],
        (true, false) => [ImageCopy.OriginalColumn, ImageCopy.CopyColumn, ResizedColumn, Name],
        _ => [Name],
    };

    /// <summary>Makes the column for training: the same steps as in the chain, so that the network sees the same.</summary>
    /// <returns>The data with the pixels, and the name of their column.</returns>
    public static (IDataView Data, string PixelColumn) AddTo(IDataView data, MLServices services, FeatureInput input)
    {
        if (!input.IsImage)
            return (data, input.ColumnName);
        ImageTypeRegistration.Add(data.Schema[input.ColumnName].Type);
        return (Steps(services, input).Fit(NoRows(services, input)).Transform(data), Name);
    }

    /// <summary>A view to fit chains on that learn nothing from data. Its images have no size, which is what the step of our own announces.</summary>
    public static IDataView NoRows(MLServices services, FeatureInput input)
    {
        var schema = SchemaDefinition.Create(input.IsEncoded ? typeof(EncodedRow) : input.IsImage ? typeof(ImageRow) : typeof(VectorRow));
        SchemaDefinition.Column column = schema[0];
        column.ColumnName = input.ColumnName;
        if (input.IsEncoded)
            return services.Data.LoadFromEnumerable(Array.Empty<EncodedRow>(), schema);
        if (input.IsImage)
            return services.Data.LoadFromEnumerable(Array.Empty<ImageRow>(), schema);
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, input.Shape.Length);
        return services.Data.LoadFromEnumerable(Array.Empty<VectorRow>(), schema);
    }

    private static (IEstimator<ITransformer> Steps, string Column) Copied(MLServices services, FeatureInput input)
    {
        var steps = new EstimatorChain<ITransformer>();
        if (input.ColumnHeight > 0 && input.ColumnWidth > 0)
            steps = steps.Append(ImageSize.Steps(services.Transforms, input.ColumnHeight, input.ColumnWidth));
        steps = steps.Append<ITransformer>(services.Transforms.CopyColumns(ImageCopy.OriginalColumn, input.ColumnName));
        return (steps.Append(services.Transforms.CustomMapping(new ImageCopy().GetMapping(), ImageCopy.ContractName)), ImageCopy.CopyColumn);
    }

    private static (IEstimator<ITransformer> Steps, string Column) Decoded(MLServices services, FeatureInput input) =>
        (ImageContentDecoding.Steps(services.Transforms, input.ColumnName), ImageDecoding.ImageColumn);

    private sealed class EncodedRow
    {
        public byte[]? Content { get; set; }
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
