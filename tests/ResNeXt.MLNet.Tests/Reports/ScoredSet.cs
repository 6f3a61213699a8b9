using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Tests.Reports;

/// <summary>Rows as a classifier would have scored them.</summary>
internal static class ScoredSet
{
    private static readonly MLContext MlContext = new(seed: 1);

    /// <summary>A view of rows, with the classes in the given order.</summary>
    public static IDataView View(IReadOnlyList<string> classNames, params Row[] rows) => View(classNames, scoreNames: [], rows);

    /// <summary>A view of rows whose scores have names.</summary>
    public static IDataView View(IReadOnlyList<string> classNames, IReadOnlyList<string> scoreNames, Row[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        SchemaDefinition.Column scores = schema[nameof(Row.Score)];
        scores.ColumnType = new VectorDataViewType(NumberDataViewType.Single, classNames.Count);
        if (scoreNames.Count > 0)
        {
            ReadOnlyMemory<char>[] names = [.. scoreNames.Select(name => name.AsMemory())];
            scores.AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, names), new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }
        IDataView view = MlContext.Data.LoadFromEnumerable(rows, schema);
        IDataView keys = MlContext.Data.LoadFromEnumerable(classNames.Select(name => new Key { Name = name }));
        return MlContext.Transforms.Conversion.MapValueToKey(nameof(Row.Label), keyData: keys).Fit(view).Transform(view);
    }

    /// <summary>A scored image.</summary>
    internal sealed class Row
    {
        public string Label { get; set; } = "";

        public float[] Score { get; set; } = [];

        public string ImagePath { get; set; } = "";
    }

    private sealed class Key
    {
        public string Name { get; set; } = "";
    }
}
