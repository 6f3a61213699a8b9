using System.Runtime.InteropServices;

namespace ResNeXt.Core.Distributed;

/// <summary>Memory for messages, which does not move; owned by whoever makes it.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;
    private void* _memory;

    /// <summary>Allocates memory.</summary>
    /// <param name="bytes">The number of bytes; 0 is allowed.</param>
    public NativeBuffer(int bytes)
    {
        _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(1, bytes), Alignment);
        Length = bytes;
    }

    /// <summary>The number of bytes.</summary>
    public int Length { get; }

    /// <summary>The address of the first byte.</summary>
    public nint Address => (nint)_memory;

    /// <summary>The bytes.</summary>
    public Span<byte> Bytes => new(_memory, Length);

    /// <summary>Copies bytes to new memory.</summary>
    public static NativeBuffer Of(ReadOnlySpan<byte> bytes)
    {
        var buffer = new NativeBuffer(bytes.Length);
        bytes.CopyTo(buffer.Bytes);
        return buffer;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
