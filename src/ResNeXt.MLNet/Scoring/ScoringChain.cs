using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Onnx;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The chain of stock transformers that scores with a classifier; the same for a fitted and for a loaded one.</summary>
internal static class ScoringChain
{
    private const string ResizedColumn = "ResNeXt.Resized";
    private const string PixelsColumn = "ResNeXt.Pixels";
    private const string ProbabilitiesColumn = "ResNeXt.Probabilities";
    private const string ValueColumn = "ResNeXt.PredictedValue";

    /// <summary>Makes the column of pixels that the network gets, for training: the same steps as in the chain, so that it sees the same.</summary>
    /// <returns>The data with the pixels, and the name of their column.</returns>
    public static (IDataView Data, string PixelColumn) ToPixels(MLServices services, FeatureInput input, IDataView data) => input.IsImage
        ? (PixelSteps(services, input).Fit(Sample(services, input)).Transform(data), PixelsColumn)
        : (data, input.ColumnName);

    /// <summary>How the graph inside the chain looks: columns of any name are copied to and from names that no tensor of the graph has.</summary>
    public static OnnxInterface Surface(ScoringColumns columns) => new()
    {
        Input = PixelsColumn,
        Layout = columns.Input.Layout,
        Score = ProbabilitiesColumn,
        PredictedLabel = PredictedClass.VectorColumn,
    };

    /// <summary>Builds the chain around a graph that was written with <see cref="Surface"/>.</summary>
    public static ITransformer Build(MLServices services, ScoringColumns columns, byte[] onnx)
    {
        OnnxInterface surface = Surface(columns);
        using var model = new MemoryStream(onnx, writable: false);
        IEstimator<ITransformer> score = services.Transforms.ApplyOnnxModel([surface.Score, surface.PredictedLabel], [surface.Input], model);
        IEstimator<ITransformer> pixels = columns.Input.IsImage
            ? PixelSteps(services, columns.Input)
            : services.Transforms.CopyColumns(PixelsColumn, columns.Input.ColumnName);
        return new EstimatorChain<ITransformer>()
            .Append(pixels)
            .Append(score)
            .Append(services.Transforms.CopyColumns(columns.Score, ProbabilitiesColumn))
            .Append(services.Transforms.CustomMapping(new PredictedClass().GetMapping(), PredictedClass.ContractName))
            .Append(columns.Labels.MapToKey(services, PredictedClass.ScalarColumn, columns.PredictedLabel, ValueColumn))
            .Append(services.Transforms.DropColumns([.. Temporary(columns)]))
            .Fit(Sample(services, columns.Input));
    }

    private static IEstimator<ITransformer> PixelSteps(MLServices services, FeatureInput input) =>
        services.Transforms.CopyColumns(ImageCopy.OriginalColumn, input.ColumnName)
            .Append(services.Transforms.CustomMapping(new ImageCopy().GetMapping(), ImageCopy.ContractName))
            .Append(services.Transforms.ResizeImages(ResizedColumn, input.Shape.Width, input.Shape.Height, ImageCopy.CopyColumn, ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(services.Transforms.ExtractPixels(PixelsColumn, ResizedColumn));

    private static IEnumerable<string> Temporary(ScoringColumns columns) =>
    [
        .. columns.Input.IsImage ? [ImageCopy.OriginalColumn, ImageCopy.CopyColumn, ResizedColumn] : Array.Empty<string>(),
        PixelsColumn, ProbabilitiesColumn, PredictedClass.VectorColumn, PredictedClass.ScalarColumn,
        .. columns.Labels.IsText ? Array.Empty<string>() : [ValueColumn],
    ];

    // None of the steps learns anything from data: an empty view is enough. Its images have no size, which is what the step of our own announces.
    private static IDataView Sample(MLServices services, FeatureInput input)
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
