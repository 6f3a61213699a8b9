using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>
/// Patches a library that needs <c>GLIBCXX_3.4.32</c> (GCC 13) for a single function, so that it loads with the libstdc++ of GCC 12.
/// </summary>
/// <remarks>
/// That function, <c>std::ios_base_library_init()</c>, sets up the standard streams. Older versions do the same in the constructor
/// <c>std::ios_base::Init::Init()</c>, which ignores its <c>this</c> and exists in every version since <c>GLIBCXX_3.4</c>.
/// So the symbol is renamed and the needed version lowered, in place: no section moves.
/// </remarks>
internal sealed class GlibcxxDowngrade
{
    /// <summary>The version that the patched library no longer needs.</summary>
    public const string TooNewVersion = "GLIBCXX_3.4.32";

    private const string OldVersion = "GLIBCXX_3.4";
    private const string StandardLibrary = "libstdc++.so.6";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const int SymbolSize = 24;
    private const int VersionMask = 0x7fff;

    private readonly ElfFile _file;
    private readonly ElfSection _symbols;
    private readonly ElfSection _names;
    private readonly IReadOnlyList<VersionNeed> _needs;

    private GlibcxxDowngrade(ReadOnlyMemory<byte> library)
    {
        _file = new ElfFile(library);
        _symbols = _file.Single(ElfSectionType.DynamicSymbols);
        _names = _file.Linked(_symbols);
        _needs = VersionNeed.ReadAll(_file);
    }

    /// <summary>Patches a copy of the library.</summary>
    /// <param name="library">The content of the file; not changed.</param>
    /// <param name="patched">A copy of the same length that no longer needs <see cref="TooNewVersion"/>.</param>
    /// <param name="refusal">Why the library cannot be patched, a sentence; null on success.</param>
    public static bool TryApply(ReadOnlyMemory<byte> library, [NotNullWhen(true)] out byte[]? patched, [NotNullWhen(false)] out string? refusal)
    {
        (patched, refusal) = (null, null);
        try
        {
            patched = new GlibcxxDowngrade(library).Apply(library.ToArray());
            return true;
        }
        catch (InvalidDataException exception)
        {
            refusal = exception.Message;
            return false;
        }
    }

    private byte[] Apply(byte[] copy)
    {
        VersionNeed tooNew = Need(TooNewVersion);
        VersionNeed old = Need(OldVersion);
        uint nameOffset = NameOfOnlySymbol(tooNew);
        CheckNotShared(nameOffset);

        _file.Read(old.HashOffset, sizeof(uint)).CopyTo(copy.AsSpan((int)tooNew.HashOffset));
        _file.Read(old.NameReferenceOffset, sizeof(uint)).CopyTo(copy.AsSpan((int)tooNew.NameReferenceOffset));
        Span<byte> name = copy.AsSpan((int)(_names.Offset + nameOffset), NewSymbol.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(OldSymbol, name);
        return copy;
    }

    private VersionNeed Need(string version)
    {
        VersionNeed[] found = [.. _needs.Where(need => need.Library == StandardLibrary && need.Name == version)];
        return found.Length == 1
            ? found[0]
            : throw new InvalidDataException($"It lists version {version} of {StandardLibrary} {found.Length} times; exactly once is expected.");
    }

    private uint NameOfOnlySymbol(VersionNeed need)
    {
        ElfSection versions = _file.Single(ElfSectionType.SymbolVersions);
        uint[] bound = [.. SymbolNames()
            .Where((_, symbol) => (_file.ReadUInt16(versions.Offset + (long)symbol * sizeof(ushort)) & VersionMask) == need.Index)];
        string[] names = [.. bound.Select(offset => _file.ReadName(_names, offset))];
        return names is [NewSymbol]
            ? bound[0]
            : throw new InvalidDataException(
                $"Only the symbol {NewSymbol} may need {need.Name}, but these do: {(names is [] ? "none" : string.Join(", ", names.Take(5)))}.");
    }

    /// <summary>Linkers store a name that is the end of a longer one only once: overwriting it would rename the other symbol too.</summary>
    private void CheckNotShared(uint nameOffset)
    {
        int users = SymbolNames().Count(name => name >= nameOffset && name < nameOffset + NewSymbol.Length);
        if (users != 1)
            throw new InvalidDataException($"The name {NewSymbol} is shared by {users} symbols.");
        if (nameOffset > 0 && _file.Read(_names.Offset + nameOffset - 1, 1)[0] != 0)
            throw new InvalidDataException($"The name {NewSymbol} is the end of a longer one.");
    }

    private IEnumerable<uint> SymbolNames()
    {
        for (long symbol = 0; symbol < _symbols.Size / SymbolSize; symbol++)
            yield return _file.ReadUInt32(_symbols.Offset + symbol * SymbolSize);
    }
}
