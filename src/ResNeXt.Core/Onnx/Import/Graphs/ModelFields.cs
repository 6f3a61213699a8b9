using ResNeXt.Core.Files;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>Recognizes ONNX models by the outermost fields of their protobuf message, which are few and can be skipped without reading them.</summary>
internal static class ModelFields
{
    private const int IrVersion = 1, Graph = 7;
    private const int MostFields = 1000;
    private const int LongestVarint = 10;

    // The fields of ModelProto, and whether each is a number or has a length.
    private static readonly int[] Numbers = [IrVersion, 5], WithLength = [2, 3, 4, 6, Graph, 8, 14, 20, 25, 26];

    /// <summary>Gets whether a file begins like an ONNX model: the IR version, then other fields of a model, one of which is the graph.</summary>
    public static bool Recognizes(WeightSource source)
    {
        if (!source.StartsWith([IrVersion << 3]))
            return false;
        long offset = 0;
        for (int field = 0; field < MostFields && offset < source.Length; field++)
        {
            if (!TryVarint(source, ref offset, out ulong tag) || !TryVarint(source, ref offset, out ulong value))
                return false;
            int number = (int)Math.Min(tag >> 3, int.MaxValue), wireType = (int)(tag & 7);
            if (wireType == 0 ? !Numbers.Contains(number) : wireType != 2 || !WithLength.Contains(number))
                return false;
            if (number == Graph)
                return true;
            if (wireType == 2)
                offset = value <= (ulong)(source.Length - offset) ? offset + (long)value : source.Length;
        }
        return false;
    }

    private static bool TryVarint(WeightSource source, ref long offset, out ulong value)
    {
        value = 0;
        Span<byte> bytes = stackalloc byte[(int)Math.Min(LongestVarint, source.Length - offset)];
        source.Read(offset, bytes);
        for (int index = 0; index < bytes.Length; index++)
        {
            value |= (ulong)(bytes[index] & 0x7F) << (7 * index);
            if (bytes[index] < 0x80)
            {
                offset += index + 1;
                return true;
            }
        }
        return false;
    }
}
