using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Images;

/// <summary>
/// The estimator of <c>DecodeImages</c>: decodes image files, given by paths or by their bytes, depending on the type of the column.
/// </summary>
internal sealed class ImageDecodingEstimator(TransformsCatalog transforms, string outputColumn, string inputColumn) : IEstimator<ITransformer>
{
    /// <exception cref="InvalidOperationException">The column is missing, or holds neither paths nor bytes.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = input.Schema.Find(inputColumn, ColumnNames.InputOption);
        return Steps(column.Type is TextDataViewType, EncodedImages.Holds(column.Type), $"{column.Type}").Fit(input);
    }

    /// <exception cref="InvalidOperationException">The column is missing, or holds neither paths nor bytes.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = inputSchema.Find(inputColumn, ColumnNames.InputOption);
        bool isText = column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return Steps(isText, EncodedImages.Holds(column), $"{column.Kind} of {column.ItemType}").GetOutputSchema(inputSchema);
    }

    private IEstimator<ITransformer> Steps(bool isText, bool isContent, string type)
    {
        if (!isText && !isContent)
        {
            throw new InvalidOperationException($"The column '{inputColumn}' has the type {type}; DecodeImages takes text, the paths of image files, "
                + "or the bytes of image files (byte[], VBuffer<byte>, LoadRawImageBytes). Name another column, or convert this one.");
        }
        (IEstimator<ITransformer> images, string source) = isText
            ? (ImageDecoding.Steps(transforms, inputColumn), ImageDecoding.PathColumn)
            : (ImageContentDecoding.Steps(transforms, inputColumn), ImageContentDecoding.ContentColumn);
        return new EstimatorChain<ITransformer>()
            .Append(images)
            .Append(transforms.CopyColumns(outputColumn, ImageDecoding.ImageColumn))
            .Append(transforms.DropColumns(source, ImageDecoding.ImageColumn));
    }
}
