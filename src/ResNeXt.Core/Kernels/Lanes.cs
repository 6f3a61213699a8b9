using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResNeXt.Core.Kernels;

/// <summary>Sixteen numbers of a type in memory, computed with in float32.</summary>
internal unsafe interface ILanes
{
    /// <summary>How many there are in a vector.</summary>
    const int Count = 16;

    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    static abstract float ToSingle(byte* address);

    static abstract Vector512<float> Load(byte* address);

    static abstract void Store(byte* address, Vector512<float> values);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Lanes : ILanes
{
    public static int Size => sizeof(float);

    public static float ToSingle(byte* address) => *(float*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* address) => Vector512.Load((float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* address, Vector512<float> values) => values.Store((float*)address);
}

/// <summary>bfloat16: the upper halves of float32 numbers.</summary>
internal readonly unsafe struct BFloat16Lanes : ILanes
{
    public static int Size => sizeof(ushort);

    public static float ToSingle(byte* address) => BitConverter.Int32BitsToSingle(*(ushort*)address << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* address) => (Vector512.WidenLower(Vector256.Load((ushort*)address).ToVector512Unsafe()) << 16).AsSingle();

    // Rounds to the nearest, halves to even, as libtorch does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* address, Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        bits = (bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store((ushort*)address);
    }
}
