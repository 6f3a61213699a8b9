using System.Runtime.InteropServices;

namespace ResNeXt.Core.Tensors;

/// <summary>The data type of a stored tensor's elements. All are little-endian, like every supported file format and platform.</summary>
internal sealed class ElementType
{
    private readonly Widening? _toFloat;

    private ElementType(string name, int size, Widening? toFloat = null) => (Name, Size, _toFloat) = (name, size, toFloat);

    private delegate void Widening(ReadOnlySpan<byte> bytes, Span<float> values);

    public static ElementType Float32 { get; } = new("float32", 4, (bytes, values) => MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values));

    public static ElementType Float64 { get; } = new("float64", 8, (bytes, values) =>
    {
        ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)doubles[i];
    });

    public static ElementType Float16 { get; } = new("float16", 2, (bytes, values) =>
    {
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)halves[i];
    });

    // A bfloat16 is the upper half of a float32.
    public static ElementType BFloat16 { get; } = new("bfloat16", 2, (bytes, values) =>
    {
        ReadOnlySpan<ushort> upperHalves = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = BitConverter.UInt32BitsToSingle((uint)upperHalves[i] << 16);
    });

    /// <summary>The name that messages use.</summary>
    public string Name { get; }

    /// <summary>The size of one element in bytes.</summary>
    public int Size { get; }

    /// <summary>Whether the elements are floating-point numbers, which can be converted to float32.</summary>
    public bool IsFloating => _toFloat is not null;

    /// <summary>Creates a type that networks do not use. Its size is needed to skip such tensors in a file.</summary>
    public static ElementType Other(string name, int size) => new(name, size);

    /// <summary>Converts elements to float32, as many as <paramref name="values"/> holds.</summary>
    public void ToFloat(ReadOnlySpan<byte> bytes, Span<float> values) => _toFloat!(bytes, values);
}
