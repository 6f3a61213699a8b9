using Microsoft.Win32.SafeHandles;

namespace ResNeXt.Core.Files;

/// <summary>A weights or model file, on disk or in memory. Reads bytes at any offset and creates exceptions that name the file.</summary>
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

    /// <summary>The path, as the caller gave it.</summary>
    public string Path { get; }

    /// <summary>The actual length of the file in bytes. Every size that the file claims is checked against it before memory is allocated.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="kind">The kind of file, as messages call it.</param>
    /// <exception cref="FileNotFoundException">The file does not exist, or the path is a folder.</exception>
    /// <exception cref="InvalidDataException">The path leads to a pipe or a device.</exception>
    public static WeightSource Open(string path, string kind = "weights file")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            throw new FileNotFoundException($"The {kind} '{path}' is a folder; give the path of one file inside it.", path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The {kind} '{path}' does not exist; give the path of an existing file.", path);
        if (FileKind.IsSpecial(path))
            throw new InvalidDataException($"The {kind} '{path}' is a pipe or a device; give the path of a regular file.");
        SafeFileHandle handle = File.OpenHandle(path);
        return new WeightSource(path, kind, handle, default, RandomAccess.GetLength(handle));
    }

    /// <summary>Creates a source for content in memory.</summary>
    /// <param name="content">The content of the file.</param>
    /// <param name="name">The name that messages use in place of a path.</param>
    /// <param name="kind">The kind of file, as messages call it.</param>
    public static WeightSource Of(ReadOnlyMemory<byte> content, string name, string kind) => new(name, kind, null, content, content.Length);

    /// <summary>Fills <paramref name="destination"/> with the bytes at <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidDataException">The file is too short.</exception>
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

    /// <summary>Gets the first <paramref name="count"/> bytes, or fewer if the file is shorter.</summary>
    public byte[] Head(int count)
    {
        byte[] head = new byte[Math.Min(count, Length)];
        Read(0, head);
        return head;
    }

    /// <summary>Gets whether the file begins with the given bytes.</summary>
    public bool StartsWith(ReadOnlySpan<byte> signature) => Head(signature.Length).AsSpan().SequenceEqual(signature);

    /// <summary>Creates an exception for this file. <paramref name="reason"/> continues a sentence that begins with the file's path.</summary>
    public InvalidDataException Refuse(string reason) => new($"The {_kind} '{Path}' {reason}");

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle?.Dispose();
}
