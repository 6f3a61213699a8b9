using System.Runtime.InteropServices;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tensors;

/// <summary>Reads elements from a file and converts them to float32, in chunks, so that no tensor is in memory twice.</summary>
internal static class ElementReader
{
    private const int PieceElements = 1 << 18;

    /// <summary>Reads <paramref name="count"/> elements at a byte offset. The caller has checked that the file contains them.</summary>
    public static float[] Read(WeightSource source, long offset, int count, ElementType type)
    {
        float[] values = GC.AllocateUninitializedArray<float>(count);
        byte[] buffer = type == ElementType.Float32 ? [] : new byte[Math.Min(count, PieceElements) * type.Size];
        for (int done = 0; done < count; done += PieceElements)
        {
            Span<float> piece = values.AsSpan(done, Math.Min(PieceElements, count - done));
            long pieceOffset = offset + (long)done * type.Size;
            if (type == ElementType.Float32)
            {
                source.Read(pieceOffset, MemoryMarshal.AsBytes(piece));
                continue;
            }
            Span<byte> bytes = buffer.AsSpan(0, piece.Length * type.Size);
            source.Read(pieceOffset, bytes);
            type.ToFloat(bytes, piece);
        }
        return values;
    }
}
