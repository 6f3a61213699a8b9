using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Schema;

/// <summary>Finds columns, and says in one sentence what is wrong with those that are not there or not right.</summary>
internal static class ColumnSearch
{
    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string option) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, option, schema.Select(column => column.Name));

    public static SchemaShape.Column Find(this SchemaShape schema, string name, string option) =>
        schema.Any(column => column.Name == name)
            ? schema.First(column => column.Name == name)
            : throw Missing(name, option, schema.Select(column => column.Name));

    /// <summary>Finds a column of images or of vectors with pixels.</summary>
    public static SchemaShape.Column FindPixels(this SchemaShape schema, string name, string option)
    {
        SchemaShape.Column column = schema.Find(name, option);
        bool isVector = column.ItemType.RawType == typeof(float) && column.Kind == SchemaShape.Column.VectorKind.Vector;
        return isVector || column.ItemType is ImageDataViewType || EncodedImages.Holds(column)
            ? column : throw NotPixels(name, $"{column.Kind} of {column.ItemType}");
    }

    public static DataViewSchema.Column FindInValidationSet(this DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw new InvalidOperationException(
            $"The validation set has no column '{name}', only {Some([.. schema.Select(column => column.Name)])}. Prepare both sets with the same transforms.");

    public static InvalidOperationException NotAKey(string column, string type) =>
        new($"The label column '{column}' has the type {type}; ResNeXt needs a key. Add Conversion.MapValueToKey(\"{column}\") before it.");

    public static InvalidOperationException NotPixels(string column, string type) =>
        new($"The feature column '{column}' has the type {type}; ResNeXt takes images (MLImage, from LoadImages), the bytes of image files (byte[], "
            + "from LoadRawImageBytes) or vectors of floats with a known size (from ExtractPixels). Add one of them before it, "
            + "or name another column.");

    /// <summary>The first of some names, in quotes.</summary>
    public static string Some(IReadOnlyCollection<string> names) =>
        $"'{string.Join("', '", names.Take(10))}'{(names.Count > 10 ? $" and {names.Count - 10} more" : "")}";

    private static InvalidOperationException Missing(string name, string option, IEnumerable<string> present) =>
        new($"There is no column '{name}', which {option} names; there are {Some([.. present])}. Name one of them, or add the column before ResNeXt.");
}
