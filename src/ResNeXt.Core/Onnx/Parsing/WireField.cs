namespace ResNeXt.Core.Onnx.Parsing;

/// <summary>A field of a Protobuf message, as it is in the file.</summary>
/// <param name="Number">Its number in the schema.</param>
/// <param name="Start">The position of its first byte in the message.</param>
/// <param name="Content">The position of its value.</param>
/// <param name="End">The position after its last byte.</param>
/// <param name="HasLength">Whether the value is a text, bytes, a message, or packed numbers.</param>
internal readonly record struct WireField(int Number, int Start, int Content, int End, bool HasLength)
{
    /// <summary>The length of the value, in bytes.</summary>
    public int Length => End - Content;
}
