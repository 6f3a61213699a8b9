using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Mappings;

namespace ResNeXt.MLNet.Scoring.Columns;

/// <summary>The temporary column with the pixels that a network gets, and the steps that make it from a feature column.</summary>
internal static class PixelColumn
{
    /// <summary>The name of the column. Part of saved models: never changed.</summary>
    public const string Name = "ResNeXt.Pixels";

    private const string ResizedColumn = "ResNeXt.Resized";

    /// <summary>Makes the steps from a feature column to the pixel column.</summary>
    /// <param name="services">The context.</param>
    /// <param name="input">How the feature column delivers pixels.</param>
    public static IEstimator<ITransformer> Steps(MLServices services, FeatureInput input)
    {
        if (!input.IsImage)
            return services.Transforms.CopyColumns(Name, input.ColumnName);
        (IEstimator<ITransformer> images, string column) = input.IsEncoded ? Decoded(services, input) : Copied(services, input);
        return new EstimatorChain<ITransformer>().Append(images).Append(Resized(services, input.Shape, column));
    }

    /// <summary>Makes the steps from a column of decoded images, which they may dispose of, to the pixel column.</summary>
    /// <param name="services">The context.</param>
    /// <param name="shape">The shape of the images that the network gets.</param>
    /// <param name="column">The name of the column of images.</param>
    public static IEstimator<ITransformer> Resized(MLServices services, ImageShape shape, string column) =>
        services.Transforms.ResizeImages(ResizedColumn, shape.Width, shape.Height, column, ImageResizingEstimator.ResizingKind.IsoCrop)
            .Append(services.Transforms.ExtractPixels(Name, ResizedColumn));

    /// <summary>The temporary columns of the steps, to be dropped at the end of the chain.</summary>
    /// <param name="input">How the feature column delivers pixels.</param>
    public static IEnumerable<string> Temporary(FeatureInput input) => (input.IsImage, input.IsEncoded) switch
    {
        (true, true) => [ImageContentDecoding.ContentColumn, ImageDecoding.ImageColumn, ResizedColumn, Name],
        (true, false) => [ImageCopy.OriginalColumn, ImageCopy.CopyColumn, ResizedColumn, Name],
        _ => [Name],
    };

    /// <summary>
    /// Adds the pixel column to data for training, with the steps that the scoring chain uses, so the network sees the same pixels.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="services">The context.</param>
    /// <param name="input">How the feature column delivers pixels.</param>
    /// <returns>The rows with pixels, and the name of the column that holds them: for vectors the feature column itself.</returns>
    public static (IDataView Data, string PixelColumn) AddTo(IDataView data, MLServices services, FeatureInput input)
    {
        if (!input.IsImage)
            return (data, input.ColumnName);
        ImageTypeRegistration.Add(data.Schema[input.ColumnName].Type);
        return (Steps(services, input).Fit(NoRows(services, input)).Transform(data), Name);
    }

    /// <summary>Makes an empty view with a feature column, to fit chains that learn nothing from data. Its images may have any size.</summary>
    /// <param name="services">The context.</param>
    /// <param name="input">How the feature column delivers pixels.</param>
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
        (input.IsReduced
            ? ReducedImageDecoding.Steps(services.Transforms, input.ColumnName, input.Shape.Height, input.Shape.Width)
            : ImageContentDecoding.Steps(services.Transforms, input.ColumnName), ImageDecoding.ImageColumn);

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
