using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>A 64-bit little-endian x86-64 ELF file: its section table, and reads that are checked against its size.</summary>
/// <remarks>Reading a broken file throws an <see cref="InvalidDataException"/> that says what is wrong.</remarks>
internal sealed class ElfFile
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const ushort MachineX64 = 62;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly ElfSection[] _sections;

    /// <param name="content">The content of the file.</param>
    /// <exception cref="InvalidDataException">The file is of another kind.</exception>
    public ElfFile(ReadOnlyMemory<byte> content)
    {
        _content = content;
        CheckKind();
        _sections = ReadSections();
    }

    /// <summary>Returns the only section of a type.</summary>
    public ElfSection Single(ElfSectionType type)
    {
        ElfSection[] found = Array.FindAll(_sections, section => section.Type == type);
        return found.Length == 1
            ? Whole(found[0])
            : throw new InvalidDataException($"It has {found.Length} sections of type {type}; exactly one is expected.");
    }

    /// <summary>Returns the section with the names of another one.</summary>
    public ElfSection Linked(ElfSection section) =>
        section.Link < _sections.Length
            ? Whole(_sections[section.Link])
            : throw new InvalidDataException($"A section refers to section {section.Link}, but there are only {_sections.Length}.");

    public ReadOnlySpan<byte> Read(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > _content.Length || offset > _content.Length - length)
            throw new InvalidDataException($"It refers to {length} bytes at offset {offset}, but has only {_content.Length} bytes.");
        return _content.Span.Slice((int)offset, (int)length);
    }

    public ushort ReadUInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Read(offset, sizeof(ushort)));

    public uint ReadUInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Read(offset, sizeof(uint)));

    /// <summary>Reads a zero-terminated name from a string section.</summary>
    public string ReadName(ElfSection names, uint offset)
    {
        ReadOnlySpan<byte> text = Read(names.Offset, names.Size);
        int length = offset < text.Length ? text[(int)offset..].IndexOf((byte)0) : -1;
        if (length < 0)
            throw new InvalidDataException($"A name at {offset} does not end within its string section of {text.Length} bytes.");
        return Encoding.UTF8.GetString(text.Slice((int)offset, length));
    }

    /// <summary>Rejects a section that extends beyond the end of the file.</summary>
    private ElfSection Whole(ElfSection section)
    {
        Read(section.Offset, section.Size);
        return section;
    }

    private void CheckKind()
    {
        ReadOnlySpan<byte> header = Read(0, HeaderSize);
        if (!header.StartsWith("\u007FELF"u8))
            throw new InvalidDataException("It does not start as an ELF file does.");
        if (header[4] != 2 || header[5] != 1)
            throw new InvalidDataException("It is not a 64-bit little-endian ELF file.");
        if (ReadUInt16(18) is var machine && machine != MachineX64)
            throw new InvalidDataException($"It is for machine type {machine}; only x86-64 (type {MachineX64}) is supported.");
    }

    private ElfSection[] ReadSections()
    {
        long table = ReadInt64(40);
        int entrySize = ReadUInt16(58);
        int count = ReadUInt16(60);
        if (count == 0 || entrySize != SectionHeaderSize)
        {
            throw new InvalidDataException(
                $"Its section table has {count} entries of {entrySize} bytes; entries of {SectionHeaderSize} bytes are expected.");
        }
        Read(table, (long)count * entrySize);
        return [.. Enumerable.Range(0, count).Select(index => ReadSection(table + (long)index * entrySize))];
    }

    private ElfSection ReadSection(long header) => new(
        (ElfSectionType)ReadUInt32(header + 4), ReadInt64(header + 24), ReadInt64(header + 32), ReadUInt32(header + 40));

    private long ReadInt64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(Read(offset, sizeof(long)));
}
