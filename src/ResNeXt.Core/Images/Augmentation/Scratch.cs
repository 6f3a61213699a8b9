using System.Buffers;

namespace ResNeXt.Core.Images.Augmentation;

/// <summary>Memory borrowed from the pool for the length of one operation; not cleared.</summary>
internal readonly ref struct Scratch<T> : IDisposable
{
    private readonly T[] _rented;

    public Scratch(int length)
    {
        _rented = ArrayPool<T>.Shared.Rent(length);
        Span = _rented.AsSpan(0, length);
    }

    public Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_rented);
}
