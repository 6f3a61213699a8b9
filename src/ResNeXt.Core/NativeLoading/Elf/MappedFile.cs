using System.Buffers;
using System.IO.MemoryMappedFiles;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>A memory-mapped file: only the parts that are accessed are read from disk.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Opens a file of at most 2 GiB.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file cannot be read, is empty or is larger.</exception>
    public MappedFile(string path)
    {
        long length = FileLength.Of(path);
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
