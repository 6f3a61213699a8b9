using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>A made-up library of a few hundred bytes with what the patch reads: four sections, after the header and the section table.</summary>
internal sealed class SmallElf
{
    public const int SectionTable = 64;
    private const int SectionHeaderSize = 64;
    private readonly List<byte> _names = [0];

    /// <summary>Names of the symbols with the number of the version that each needs.</summary>
    public List<(string Name, ushort Version)> Symbols { get; } =
        [("_ZNSt8ios_base4InitD1Ev", 2), ("_ZSt21ios_base_library_initv", 3), ("_ZSt9terminatev", 2)];

    /// <summary>Versions that are needed of libstdc++, with their numbers.</summary>
    public List<(string Name, ushort Number)> Versions { get; } = [("GLIBCXX_3.4.32", 3), ("GLIBCXX_3.4", 2)];

    /// <summary>A symbol whose name is the end of an earlier symbol's name, as linkers store it.</summary>
    public string? TailOfLongerName { get; init; }

    /// <summary>What is before the name of the second symbol in the longer name that it is the end of.</summary>
    public string BeginningOfLongerName { get; init; } = "";

    /// <summary>A table of all symbols, kept apart from the exported ones; empty for a stripped file.</summary>
    public List<(string Name, byte Info, long Address, long Size)> AllSymbols { get; } = [];

    public string Library { get; init; } = "libstdc++.so.6";

    public byte[] Build()
    {
        byte[] versions = VersionNeeds();
        uint[] symbolNames = [.. Symbols.Select((symbol, index) => index == 1
            ? AddName(BeginningOfLongerName + symbol.Name) + (uint)BeginningOfLongerName.Length
            : AddName(symbol.Name))];
        byte[] symbols = [.. symbolNames.Concat(TailName()).SelectMany(name => (byte[])[.. Bytes(name), .. new byte[20]])];
        byte[] symbolVersions = [.. Symbols.SelectMany(symbol => Bytes(symbol.Version)), .. new byte[2]];
        byte[] all = [.. AllSymbols.SelectMany(symbol => (byte[])
            [.. Bytes(AddName(symbol.Name)), symbol.Info, .. new byte[3], .. Bytes((ulong)symbol.Address), .. Bytes((ulong)symbol.Size)])];
        (uint Type, byte[] Content)[] sections = [(0, []), (11, symbols), (0x6fffffff, symbolVersions), (0x6ffffffe, versions),
            (3, [.. _names]), .. AllSymbols.Count == 0 ? [] : new[] { (2u, all) }];
        return Assemble(sections);
    }

    private byte[] VersionNeeds()
    {
        var content = new List<byte>([1, 0, .. Bytes((ushort)Versions.Count), .. Bytes(AddName(Library)), .. Bytes(16u), .. Bytes(0u)]);
        foreach ((string name, ushort number) in Versions)
        {
            uint next = content.Count == 16 * Versions.Count ? 0u : 16u;
            // The hash only has to differ from version to version here: nothing loads this file.
            content.AddRange([.. Bytes(0xabc00000u + number), .. Bytes((ushort)0), .. Bytes(number), .. Bytes(AddName(name)), .. Bytes(next)]);
        }
        return [.. content];
    }

    private static byte[] Assemble((uint Type, byte[] Content)[] sections)
    {
        var file = new List<byte>(new byte[SectionTable + sections.Length * SectionHeaderSize]);
        var header = new List<byte>();
        foreach ((uint type, byte[] content) in sections)
        {
            header.AddRange([.. Bytes(0u), .. Bytes(type), .. new byte[16]]);
            header.AddRange([.. Bytes((ulong)file.Count), .. Bytes((ulong)content.Length), .. Bytes(4u), .. new byte[20]]);
            file.AddRange(content);
        }
        byte[] all = [.. file];
        header.CopyTo(all, SectionTable);
        "\u007FELF\u0002\u0001\u0001"u8.CopyTo(all);
        BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(all.AsSpan(40), SectionTable);
        BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(58), SectionHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(60), (ushort)sections.Length);
        return all;
    }

    private IEnumerable<uint> TailName()
    {
        if (TailOfLongerName is { } tail)
            yield return (uint)_names.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(tail + '\0'));
    }

    private uint AddName(string name)
    {
        uint offset = (uint)_names.Count;
        _names.AddRange(Encoding.ASCII.GetBytes(name + '\0'));
        return offset;
    }

    private static byte[] Bytes(ushort value) => BitConverter.GetBytes(value);

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(value);

    private static byte[] Bytes(ulong value) => BitConverter.GetBytes(value);
}
