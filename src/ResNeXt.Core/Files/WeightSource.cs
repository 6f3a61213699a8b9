using Microsoft.Win32.SafeHandles;

namespace ResNeXt.Core.Files;

/// <summary>A file of weights or a model, or its content in memory: reads bytes at an offset and creates the exceptions that name the file.</summary>
internal sealed class WeightSource : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly string _kind;

    private WeightSource(string path, string kind, SafeFileHandle? handle, ReadOnlyMemory<byte> content, long length)
    {
        Path = path;
        _kind = kind;
        _handle = handle;
        _content = content;
        Length = length;
    }

    /// <summary>The path as the caller gave it.</summary>
    public string Path { get; }

    /// <summary>The file's real length in bytes; every size given inside the file is checked against it before memory is taken.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="kind">What messages call the file.</param>
    /// <exception cref="FileNotFoundException">There is none, or the path is a folder.</exception>
    public static WeightSource Open(string path, string kind = "weights file")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            throw new FileNotFoundException($"The {kind} '{path}' is a folder; give the path of one file inside it.", path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The {kind} '{path}' does not exist; give the path of an existing file.", path);
        SafeFileHandle handle = File.OpenHandle(path);
        return new WeightSource(path, kind, handle, default, RandomAccess.GetLength(handle));
    }

    /// <summary>Reads a file's content from memory.</summary>
    /// <param name="content">The content.</param>
    /// <param name="name">What messages name instead of a path.</param>
    /// <param name="kind">What messages call the file.</param>
    public static WeightSource Of(ReadOnlyMemory<byte> content, string name, string kind) => new(name, kind, null, content, content.Length);

    /// <summary>Fills <paramref name="destination"/> with the bytes at <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
            throw Refuse("ends too early; it is cut off or damaged. Download or save it again.");
        if (_handle is null)
        {
            _content.Span.Slice((int)offset, destination.Length).CopyTo(destination);
            return;
        }
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw Refuse("became shorter while it was read. Wait until it is written completely.");
            offset += read;
            destination = destination[read..];
        }
    }

    /// <summary>The first bytes: at most <paramref name="count"/>, fewer where the file is shorter.</summary>
    public byte[] Head(int count)
    {
        byte[] head = new byte[Math.Min(count, Length)];
        Read(0, head);
        return head;
    }

    /// <summary>Whether the file begins with those bytes.</summary>
    public bool StartsWith(ReadOnlySpan<byte> signature) => Head(signature.Length).AsSpan().SequenceEqual(signature);

    /// <summary>The exception for this file; <paramref name="reason"/> continues a sentence that begins with its path.</summary>
    public InvalidDataException Refuse(string reason) => new($"The {_kind} '{Path}' {reason}");

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle?.Dispose();
}
