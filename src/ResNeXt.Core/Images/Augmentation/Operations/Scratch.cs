using System.Buffers;

namespace ResNeXt.Core.Images.Augmentation.Operations;

/// <summary>Memory rented from the shared pool for the duration of one operation; not cleared.</summary>
internal readonly ref struct Scratch<T> : IDisposable
{
    private readonly T[] _rented;

    /// <summary>Rents memory.</summary>
    /// <param name="length">The number of elements.</param>
    public Scratch(int length)
    {
        _rented = ArrayPool<T>.Shared.Rent(length);
        Span = _rented.AsSpan(0, length);
    }

    /// <summary>The memory.</summary>
    public Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_rented);
}
