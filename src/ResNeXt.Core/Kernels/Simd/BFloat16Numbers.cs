using System.Numerics;
using System.Runtime.InteropServices;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>Converts between float32 and bfloat16, which is the upper half of a float32.</summary>
internal static class BFloat16Numbers
{
    // Half of the last place of bfloat16, less one unit of float32: added to an odd number together with one, it rounds to even.
    private const uint BelowHalf = 0x7fff;

    private const ushort NotANumber = 0x7fc0;

    /// <summary>Rounds to the nearest bfloat16, and to the even one of two.</summary>
    /// <param name="source">The numbers.</param>
    /// <param name="target">Memory for as many bfloat16.</param>
    public static void Round(ReadOnlySpan<float> source, Span<ushort> target)
    {
        int index = 0;
        for (; index + Vector<ushort>.Count <= source.Length; index += Vector<ushort>.Count)
        {
            var lower = new Vector<float>(source[index..]);
            var upper = new Vector<float>(source[(index + Vector<float>.Count)..]);
            Vector.Narrow(Rounded(lower), Rounded(upper)).CopyTo(target[index..]);
        }
        for (; index < source.Length; index++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[index]);
            target[index] = float.IsNaN(source[index]) ? NotANumber : (ushort)((bits + BelowHalf + (bits >> 16 & 1)) >> 16);
        }
    }

    /// <summary>Converts to float32, without loss.</summary>
    /// <param name="source">The bfloat16.</param>
    /// <param name="target">Memory for as many float32.</param>
    public static void Widen(ReadOnlySpan<ushort> source, Span<float> target)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(target);
        int index = 0;
        for (; index + Vector<ushort>.Count <= source.Length; index += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[index..]), out Vector<uint> lower, out Vector<uint> upper);
            (lower << 16).CopyTo(bits[index..]);
            (upper << 16).CopyTo(bits[(index + Vector<uint>.Count)..]);
        }
        for (; index < source.Length; index++)
            bits[index] = (uint)source[index] << 16;
    }

    private static Vector<uint> Rounded(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values);
        Vector<uint> rounded = (bits + new Vector<uint>(BelowHalf) + (bits >>> 16 & Vector<uint>.One)) >>> 16;
        return Vector.ConditionalSelect(Vector.AsVectorUInt32(Vector.Equals(values, values)), rounded, new Vector<uint>(NotANumber));
    }
}
