using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>A file as memory: of a large one only what is looked at is read.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Opens a file of at most 2 GiB.</summary>
    /// <exception cref="IOException">It cannot be read, is empty or larger.</exception>
    public MappedFile(string path)
    {
        long length = new FileInfo(path).Length;
        if (length is 0 or > int.MaxValue)
            throw new IOException($"'{path}' has {length} bytes; 1 to {int.MaxValue} are expected.");
        _length = (int)length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public override Span<byte> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
