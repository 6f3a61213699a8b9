using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>
/// How the elements of a type are loaded from memory into SIMD registers, and stored again. Computations are in float32 for every type: in one
/// vector of 16 lanes, or in a pair of vectors with 32. .NET makes two vectors of each where the processor has AVX2 but no AVX-512.
/// </summary>
internal unsafe interface ILanes
{
    /// <summary>The lanes of a vector.</summary>
    const int Count = 16;

    /// <summary>The lanes of a pair of vectors.</summary>
    const int PairCount = 2 * Count;

    /// <summary>The size of an element in memory, in bytes.</summary>
    static abstract int Size { get; }

    /// <summary>Loads one element.</summary>
    static abstract float ToSingle(byte* address);

    /// <summary>Loads 16 elements, in their order in memory.</summary>
    static abstract Vector512<float> Load(byte* address);

    /// <summary>Stores 16 elements, in their order in memory.</summary>
    static abstract void Store(byte* address, Vector512<float> values);

    /// <summary>The lane of a pair, 0 to 31, into which <see cref="LoadPair"/> loads the element at an index, 0 to 31.</summary>
    static abstract int PairLane(int index);

    /// <summary>Loads 32 elements, in the order of <see cref="PairLane"/>.</summary>
    static abstract (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address);

    /// <summary>Stores a pair that <see cref="LoadPair"/> loaded.</summary>
    /// <param name="address">The address to store to, a multiple of 64.</param>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second vector.</param>
    /// <param name="nonTemporal">
    /// Whether to bypass the caches, which saves reading the memory that is overwritten; for data larger than the caches. The thread must call
    /// <see cref="FenceStores"/> afterwards.
    /// </param>
    static abstract void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool nonTemporal);

    /// <summary>Waits for non-temporal stores to complete, so that other threads see them.</summary>
    static void FenceStores()
    {
        if (Sse.IsSupported)
            Sse.StoreFence();
    }
}

/// <summary>float32: the order of the lanes is the order in memory.</summary>
internal readonly unsafe struct Float32Lanes : ILanes
{
    public static int Size => sizeof(float);

    public static float ToSingle(byte* address) => *(float*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* address) => Vector512.Load((float*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* address, Vector512<float> values) => values.Store((float*)address);

    public static int PairLane(int index) => index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address) =>
        (Vector512.Load((float*)address), Vector512.Load((float*)address + ILanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool nonTemporal)
    {
        if (nonTemporal)
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

/// <summary>
/// bfloat16, whose bits are the upper half of a float32's. The first vector of a pair has the elements at even indices and the second those at odd
/// indices: this takes one load and two operations.
/// </summary>
internal readonly unsafe struct BFloat16Lanes : ILanes
{
    public static int Size => sizeof(ushort);

    public static float ToSingle(byte* address) => BitConverter.Int32BitsToSingle(*(ushort*)address << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* address) =>
        (Vector512.WidenLower(Vector256.Load((ushort*)address).ToVector512Unsafe()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* address, Vector512<float> values)
    {
        Vector512<uint> bits = Rounded(values) >> 16;
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store((ushort*)address);
    }

    public static int PairLane(int index) => index / 2 + index % 2 * ILanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(byte* address)
    {
        Vector512<uint> both = Vector512.Load((uint*)address);
        return ((both << 16).AsSingle(), (both & Vector512.Create(0xffff0000u)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair(byte* address, Vector512<float> first, Vector512<float> second, bool nonTemporal)
    {
        Vector512<uint> both = (Rounded(first) >> 16) | (Rounded(second) & Vector512.Create(0xffff0000u));
        if (nonTemporal)
            both.StoreAlignedNonTemporal((uint*)address);
        else
            both.Store((uint*)address);
    }

    // The upper half is the result: rounded to nearest, ties to even, as in libtorch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        return bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One);
    }
}
