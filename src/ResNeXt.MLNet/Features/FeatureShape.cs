using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Features;

/// <summary>The column of features before <c>Fit</c>: a vector of Single of known size, with slot names.</summary>
internal static class FeatureShape
{
    /// <summary>Adds the column.</summary>
    /// <param name="input">The columns before the featurizer.</param>
    /// <param name="services">The context.</param>
    /// <param name="column">The name of the output column.</param>
    public static SchemaShape AddTo(SchemaShape input, MLServices services, string column)
    {
        // A SchemaShape.Column cannot be made outside ML.NET, but a mapping, which is never run, makes one from its schema definition.
        var output = SchemaDefinition.Create(typeof(Row));
        output[0].ColumnName = column;
        output[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        output[0].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(1, [default]), new VectorDataViewType(TextDataViewType.Instance, 1));
        return services.Transforms.CustomMapping<object, Row>(static (_, _) => { }, contractName: null, outputSchemaDefinition: output)
            .GetOutputSchema(input);
    }

    private sealed class Row
    {
        public float[]? Features { get; set; }
    }
}
