using System.Text;

namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>The full symbol table of an ELF file, including symbols that are not exported. A stripped file has none.</summary>
internal sealed class ElfSymbols
{
    private const int EntrySize = 24;
    private const int TypeMask = 0xf;

    private readonly ElfFile _file;
    private readonly ElfSection _symbols;
    private readonly ElfSection _names;

    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">The file has no such table, or the table is broken.</exception>
    public ElfSymbols(ElfFile file)
    {
        _file = file;
        _symbols = file.Single(ElfSectionType.Symbols);
        _names = file.Linked(_symbols);
    }

    /// <summary>Finds the symbols with some names, each of which must be unique.</summary>
    /// <exception cref="InvalidDataException">A name is missing, or several symbols have it.</exception>
    public IReadOnlyDictionary<string, ElfSymbol> Find(params ReadOnlySpan<string> names)
    {
        var found = new Dictionary<string, ElfSymbol>();
        byte[][] wanted = [.. names.ToArray().Select(name => Encoding.ASCII.GetBytes(name + '\0'))];
        ReadOnlySpan<byte> table = _file.Read(_symbols.Offset, _symbols.Size), texts = _file.Read(_names.Offset, _names.Size);
        for (; table.Length >= EntrySize; table = table[EntrySize..])
        {
            // There are hundreds of thousands; most are skipped without reading their names.
            if ((ElfSymbolType)(table[4] & TypeMask) is var type && type is not (ElfSymbolType.Object or ElfSymbolType.Function))
                continue;
            uint offset = BitConverter.ToUInt32(table);
            for (int index = 0; index < wanted.Length; index++)
            {
                if (offset >= texts.Length || !texts[(int)offset..].StartsWith(wanted[index]))
                    continue;
                var symbol = new ElfSymbol(type, BitConverter.ToInt64(table[8..]), BitConverter.ToInt64(table[16..]));
                if (!found.TryAdd(names[index], symbol))
                    throw new InvalidDataException($"It has several symbols {names[index]}.");
            }
        }
        foreach (string name in names)
        {
            if (!found.ContainsKey(name))
                throw new InvalidDataException($"It has no symbol {name}.");
        }
        return found;
    }
}

/// <summary>A symbol of an ELF file.</summary>
/// <param name="Type">The kind of object that the symbol names.</param>
/// <param name="Address">The address, relative to where the file is loaded.</param>
/// <param name="Size">The size of the object, in bytes.</param>
internal readonly record struct ElfSymbol(ElfSymbolType Type, long Address, long Size);

/// <summary>The kind of object that a symbol names.</summary>
internal enum ElfSymbolType
{
    Object = 1,
    Function = 2,
}
