using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>Numbers of a type in memory, computed with in float32: a vector of sixteen, or a pair of vectors with thirty-two.</summary>
internal unsafe interface ILanes
{
    /// <summary>How many there are in a vector.</summary>
    const int Count = 16;

    /// <summary>How many there are in a pair of vectors.</summary>
    const int PairCount = 2 * Count;

    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    static abstract float ToSingle(byte* address);

    static abstract Vector512<float> Load(byte* address);

    static abstract void Store(byte* address, Vector512<float> values);

    /// <summary>The lane of a pair, 0 to 31, in which a number stands that is so many places behind the first in memory.</summary>
    static abstract int PairLane(int place);

    static abstract (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address);

    /// <summary>Stores a pair.</summary>
    /// <param name="address">Where to, a multiple of 64.</param>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second.</param>
    /// <param name="past">Whether to go past the caches, which saves reading what is overwritten: for more than they hold. A thread that did calls <see cref="EndStores"/>.</param>
    static abstract void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool past);

    /// <summary>Waits for stores that went past the caches: other threads see them afterwards.</summary>
    static void EndStores()
    {
        if (Sse.IsSupported)
            Sse.StoreFence();
    }
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

    public static int PairLane(int place) => place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address) =>
        (Vector512.Load((float*)address), Vector512.Load((float*)address + ILanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool past)
    {
        if (past)
        {
            first.StoreAlignedNonTemporal((float*)address);
            second.StoreAlignedNonTemporal((float*)address + ILanes.Count);
        }
        else
        {
            first.Store((float*)address);
            second.Store((float*)address + ILanes.Count);
        }
    }
}

/// <summary>bfloat16: the upper halves of float32 numbers. The first vector of a pair has the numbers at even places, the second those at odd ones, so that one load and two operations make it.</summary>
internal readonly unsafe struct BFloat16Lanes : ILanes
{
    public static int Size => sizeof(ushort);

    public static float ToSingle(byte* address) => BitConverter.Int32BitsToSingle(*(ushort*)address << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* address) => (Vector512.WidenLower(Vector256.Load((ushort*)address).ToVector512Unsafe()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* address, Vector512<float> values)
    {
        Vector512<uint> bits = Rounded(values) >> 16;
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store((ushort*)address);
    }

    public static int PairLane(int place) => place / 2 + place % 2 * ILanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address)
    {
        Vector512<uint> both = Vector512.Load((uint*)address);
        return ((both << 16).AsSingle(), (both & Vector512.Create(0xffff0000u)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool past)
    {
        Vector512<uint> both = (Rounded(first) >> 16) | (Rounded(second) & Vector512.Create(0xffff0000u));
        if (past)
            both.StoreAlignedNonTemporal((uint*)address);
        else
            both.Store((uint*)address);
    }

    // In the upper halves, to the nearest, halves to even, as libtorch does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        return bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One);
    }
}
