using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Schema;

/// <summary>Recognises columns with the bytes of image files: of <c>byte[]</c>, of <c>VBuffer&lt;byte&gt;</c>, and from
/// <c>LoadRawImageBytes</c>.</summary>
internal static class EncodedImages
{
    /// <summary>Whether a column of that type holds them. Bytes with three dimensions are pixels, as <c>ExtractPixels</c> makes them.</summary>
    public static bool Holds(DataViewType type) =>
        type is VectorDataViewType { Dimensions.Length: 1 } vector && vector.ItemType == NumberDataViewType.Byte;

    /// <inheritdoc cref="Holds(DataViewType)"/>
    public static bool Holds(SchemaShape.Column column) =>
        column.Kind != SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Byte;
}
