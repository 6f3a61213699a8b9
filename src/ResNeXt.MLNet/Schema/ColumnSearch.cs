using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Schema;

/// <summary>Finds columns by name, and words the errors for columns that are missing or have the wrong type.</summary>
internal static class ColumnSearch
{
    /// <summary>Finds a column.</summary>
    /// <param name="schema">The columns to search.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="option">The option that the name comes from.</param>
    /// <exception cref="InvalidOperationException">There is no such column.</exception>
    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string option) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, option, schema.Select(column => column.Name));

    /// <inheritdoc cref="Find(DataViewSchema, string, string)"/>
    public static SchemaShape.Column Find(this SchemaShape schema, string name, string option) =>
        schema.Any(column => column.Name == name)
            ? schema.First(column => column.Name == name)
            : throw Missing(name, option, schema.Select(column => column.Name));

    /// <summary>Finds a column of images or of vectors with pixels.</summary>
    /// <param name="schema">The columns to search.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="option">The option that the name comes from.</param>
    /// <exception cref="InvalidOperationException">There is no such column, or it holds something else.</exception>
    public static SchemaShape.Column FindPixels(this SchemaShape schema, string name, string option)
    {
        SchemaShape.Column column = schema.Find(name, option);
        bool isVector = column.ItemType.RawType == typeof(float) && column.Kind == SchemaShape.Column.VectorKind.Vector;
        return isVector || column.ItemType is ImageDataViewType || EncodedImages.Holds(column)
            ? column : throw new InvalidOperationException(NotPixels(name, $"{column.Kind} of {column.ItemType}"));
    }

    /// <summary>Finds a column of the validation set, which has the training set's columns.</summary>
    /// <param name="schema">The validation set's columns.</param>
    /// <param name="name">The name of the column.</param>
    /// <exception cref="InvalidOperationException">There is no such column.</exception>
    public static DataViewSchema.Column FindInValidationSet(this DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw new InvalidOperationException(
            $"The validation set has no column '{name}', only {Some([.. schema.Select(column => column.Name)])}. "
            + "Prepare both sets with the same transforms.");

    /// <summary>The exception for a label column that is not a key.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="type">The type of the column.</param>
    public static InvalidOperationException NotAKey(string column, string type) =>
        new($"The label column '{column}' has the type {type}; ResNeXt needs a key. Add Conversion.MapValueToKey(\"{column}\") before it.");

    /// <summary>The message for a feature column that holds no pixels.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="type">The type of the column.</param>
    public static string NotPixels(string column, string type) =>
        $"The feature column '{column}' has the type {type}; ResNeXt takes images (MLImage, from LoadImages), the bytes of image files (byte[], "
        + "from LoadRawImageBytes) or vectors of floats with a known size (from ExtractPixels). Add one of them before it, "
        + "or name another column.";

    /// <summary>The first ten of some names, in quotes.</summary>
    /// <param name="names">The names.</param>
    public static string Some(IReadOnlyCollection<string> names) =>
        $"'{string.Join("', '", names.Take(10))}'{(names.Count > 10 ? $" and {names.Count - 10} more" : "")}";

    private static InvalidOperationException Missing(string name, string option, IEnumerable<string> present) =>
        new($"There is no column '{name}', which {option} names; there are {Some([.. present])}. "
            + "Name one of them, or add the column before ResNeXt.");
}
