using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResNeXt.Core.Kernels;

/// <summary>Sixteen bfloat16 numbers in memory: the upper halves of float32 numbers.</summary>
internal static unsafe class BFloat16Vector
{
    /// <summary>How many there are in a vector.</summary>
    public const int Count = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* address) => (Vector512.WidenLower(Vector256.Load(address).ToVector512Unsafe()) << 16).AsSingle();

    /// <summary>Rounds to the nearest, halves to even, as libtorch does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ushort* address, Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        bits = (bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store(address);
    }
}
