using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Schema;

/// <summary>
/// Recognizes columns with the bytes of image files: <c>byte[]</c>, <c>VBuffer&lt;byte&gt;</c>, and what <c>LoadRawImageBytes</c> makes.
/// </summary>
internal static class EncodedImages
{
    /// <summary>Whether a column with that type holds them. Bytes with three dimensions are pixels, as <c>ExtractPixels</c> makes them.</summary>
    /// <param name="type">The type of the column.</param>
    public static bool Holds(DataViewType type) =>
        type is VectorDataViewType { Dimensions.Length: 1 } vector && vector.ItemType == NumberDataViewType.Byte;

    /// <summary>Whether a column holds them.</summary>
    /// <param name="column">The column.</param>
    public static bool Holds(SchemaShape.Column column) =>
        column.Kind != SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Byte;
}
