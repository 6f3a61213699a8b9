using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Onnx;

/// <summary>
/// The columns that ML.NET saves with a model. Where a vector says that it has more dimensions than the file has bytes, ML.NET reserves memory for
/// them and then waits for them without end; it has no limit of vectors within vectors, or of columns that share a list of annotations.
/// </summary>
internal ref struct SavedColumns
{
    private const string EntryName = "Schema", EntryNameOfLoaders = "Schema.idv";

    // Of the header: where the list of columns is, and how many they are.
    private const int ListAt = 24, CountAt = 48, Length = 256;

    // Besides the columns these are the names of their classes and features; a million have some 20 MB.
    private const int MostBytes = 1 << 26;

    // A vector of keys of numbers.
    private const int Deepest = 3;

    private readonly ReadOnlySpan<byte> _content;
    private readonly ZipEntry _entry;
    private readonly WeightSource _source;
    private long _at, _taken = Length;

    private SavedColumns(ReadOnlySpan<byte> content, ZipEntry entry, WeightSource source)
    {
        _content = content;
        _entry = entry;
        _source = source;
    }

    /// <summary>Throws if an entry of a saved model is a list of columns that says it has more than it has.</summary>
    /// <param name="reader">The reader at the beginning of the entry; some of it is read.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InvalidDataException">It does, or is too large.</exception>
    public static void Check(ZipEntryReader reader, ZipEntry entry, WeightSource source)
    {
        if (entry.Name.Split('/', '\\')[^1] is not (EntryName or EntryNameOfLoaders) || entry.Length < Length)
            return;
        Span<byte> header = stackalloc byte[Length];
        reader.Read(header);
        // ML.NET refuses others.
        if (!header.StartsWith("CML\0DVB\0"u8))
            return;
        if (entry.Length > MostBytes)
        {
            throw source.Refuse($"has {entry.Length} bytes in the list of its columns, {Quoted.Name(entry.Name)}; {MostBytes} are accepted. "
                + "Save it with fewer columns.");
        }
        var content = new byte[(int)entry.Length];
        header.CopyTo(content);
        reader.Read(content.AsSpan(Length));
        new SavedColumns(content, entry, source).CheckAll();
    }

    private void CheckAll()
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(_content[CountAt..]);
        _at = BinaryPrimitives.ReadInt64LittleEndian(_content[ListAt..]);
        for (int column = 0; column < count; column++)
        {
            Take(Number());
            CheckType(depth: 1);
            // How its values are compressed, in blocks of how many rows, and where they are.
            Take(1);
            Number();
            Take(sizeof(long));
            long annotations = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
            long next = _at;
            if (annotations != 0)
                CheckAnnotations(annotations);
            _at = next;
        }
    }

    private void CheckAnnotations(long at)
    {
        _at = at;
        for (ulong left = Number(); left > 0; left--)
        {
            Take(Number());
            CheckType(depth: 1);
            // How the value is compressed, where it is, and how many bytes it has.
            Take(1 + sizeof(long));
            Count(Number());
        }
    }

    // A type is a name, the length of its parameters and these: for keys another type and numbers, for vectors another type and the dimensions.
    private void CheckType(int depth)
    {
        if (depth > Deepest)
            throw Damaged("has vectors or keys within each other");
        ReadOnlySpan<byte> name = Take(Number());
        ulong length = Number();
        if (length > (ulong)(_content.Length - _at))
            throw TooShort();
        long end = _at + (long)length;
        bool isVector = name.SequenceEqual("VBuffer"u8);
        if (isVector || name.SequenceEqual("Key2"u8) || name.SequenceEqual("Key"u8))
            CheckType(depth + 1);
        if (isVector)
        {
            int dimensions = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
            if (dimensions < 0 || dimensions * (long)sizeof(int) != end - _at)
                throw Damaged($"says that a vector has {dimensions} dimensions, in {end - _at} bytes");
        }
        if (end < _at)
            throw TooShort();
        Take((ulong)(end - _at));
    }

    // LEB128: seven bits a byte, the lowest first.
    private ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw Damaged("has a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        Count(length);
        if (_at < 0 || _at > _content.Length - (long)length)
            throw TooShort();
        ReadOnlySpan<byte> taken = _content.Slice((int)_at, (int)length);
        _at += (long)length;
        return taken;
    }

    // In what ML.NET writes, no byte has two meanings. If many columns shared a list of annotations, a small file could keep it busy for hours.
    private void Count(ulong length)
    {
        if (length > (ulong)(_content.Length - _taken))
            throw TooShort();
        _taken += (long)length;
    }

    private readonly InvalidDataException TooShort() => Damaged($"says that it has more than its {_content.Length} bytes");

    private readonly InvalidDataException Damaged(string what) =>
        _source.Refuse($"is damaged: the list of its columns, {Quoted.Name(_entry.Name)}, {what}. Download or save it again.");
}
