using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.Schema;

/// <summary>The shape of a view's schema, which ML.NET gives to estimators alone: this one notes what it is given.</summary>
internal sealed class ShapeOf : IEstimator<ITransformer>
{
    private SchemaShape? _shape;

    public static SchemaShape Data(IDataView data)
    {
        var recorder = new ShapeOf();
        new EstimatorChain<ITransformer>().Append(recorder).Fit(data);
        return recorder._shape!;
    }

    /// <summary>The columns in words, to compare.</summary>
    public static string[] Describe(SchemaShape shape) =>
        [.. shape.OrderBy(column => column.Name).Select(column => $"{column.Name}: {Describe(column)}")];

    ITransformer IEstimator<ITransformer>.Fit(IDataView input) =>
        TinyModel.MlContext.Transforms.CopyColumns("Copy", input.Schema[0].Name).Fit(input);

    SchemaShape IEstimator<ITransformer>.GetOutputSchema(SchemaShape inputSchema) => _shape = inputSchema;

    // What says how a column is made, or that it holds a score, tells its readers nothing about its values.
    private static string Describe(SchemaShape.Column column)
    {
        IEnumerable<string> annotations = column.Annotations.Where(item => item.Name is "KeyValues" or "SlotNames")
            .Select(item => $"{item.Name} {item.Kind} {item.ItemType} {item.IsKey}").Order();
        return $"{column.Kind} {column.ItemType} {column.IsKey} [{string.Join(", ", annotations)}]";
    }
}
