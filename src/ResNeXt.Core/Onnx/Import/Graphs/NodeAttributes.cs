using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>Reads the attributes of nodes, which are optional in ONNX.</summary>
internal static class NodeAttributes
{
    public static AttributeProto? Find(this NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(this NodeProto node, string name, long otherwise) => node.Find(name)?.I ?? otherwise;

    public static float Number(this NodeProto node, string name, float otherwise) => node.Find(name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name) => node.Find(name)?.S.ToStringUtf8() ?? "";

    /// <summary>Gets integers; null if there are none.</summary>
    public static IReadOnlyList<long>? Integers(this NodeProto node, string name) => node.Find(name)?.Ints is { Count: > 0 } values ? values : null;
}
