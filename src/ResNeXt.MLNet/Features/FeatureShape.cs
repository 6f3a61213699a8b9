using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Features;

/// <summary>The column of features as estimators announce it: a vector of Single of known size, with slot names.</summary>
internal static class FeatureShape
{
    /// <summary>Adds it to the columns before it.</summary>
    public static SchemaShape AddTo(SchemaShape input, MLServices services, string column)
    {
        // A SchemaShape.Column cannot be made outside ML.NET; a mapping that is never run announces one as its schema describes it.
        var output = SchemaDefinition.Create(typeof(Row));
        output[0].ColumnName = column;
        output[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        output[0].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(1, [default]), new VectorDataViewType(TextDataViewType.Instance, 1));
        return services.Transforms.CustomMapping<object, Row>(static (_, _) => { }, contractName: null, outputSchemaDefinition: output).GetOutputSchema(input);
    }

    private sealed class Row
    {
        public float[]? Features { get; set; }
    }
}
