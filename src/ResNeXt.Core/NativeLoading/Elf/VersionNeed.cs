namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>A version of another library that an ELF file needs, from its section <c>.gnu.version_r</c>.</summary>
/// <param name="Library">The name of the other library, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Name">The name of the version, for example <c>GLIBCXX_3.4</c>.</param>
/// <param name="Index">The index by which symbols refer to the version.</param>
/// <param name="EntryOffset">The offset of the entry in the file.</param>
internal sealed record VersionNeed(string Library, string Name, ushort Index, long EntryOffset)
{
    /// <summary>Entries for libraries and for versions have the same size.</summary>
    private const int EntrySize = 16;

    /// <summary>The offset of the hash of <see cref="Name"/> in the file.</summary>
    public long HashOffset => EntryOffset;

    /// <summary>The offset of the reference to <see cref="Name"/> in the file.</summary>
    public long NameReferenceOffset => EntryOffset + 8;

    /// <summary>Reads all version needs of a file.</summary>
    /// <exception cref="InvalidDataException">The section is broken.</exception>
    public static IReadOnlyList<VersionNeed> ReadAll(ElfFile file)
    {
        ElfSection section = file.Single(ElfSectionType.VersionNeeds);
        ElfSection names = file.Linked(section);
        var needs = new List<VersionNeed>();
        foreach (long library in Chain(file, section, section.Offset))
        {
            string libraryName = file.ReadName(names, file.ReadUInt32(library + 4));
            long first = library + file.ReadUInt32(library + 8);
            foreach (long entry in Chain(file, section, first))
            {
                string name = file.ReadName(names, file.ReadUInt32(entry + 8));
                // Entries of a valid file do not overlap; those of a broken file could keep the two loops busy for hours.
                if (needs.Count >= section.Size / EntrySize)
                    throw new InvalidDataException("Its version entries overlap.");
                needs.Add(new(libraryName, name, file.ReadUInt16(entry + 6), entry));
            }
        }
        return needs;
    }

    /// <summary>
    /// Follows a chain of entries, each of which contains the distance to the next one. Distances are unsigned, so a chain only moves forward and
    /// ends.
    /// </summary>
    private static IEnumerable<long> Chain(ElfFile file, ElfSection section, long first)
    {
        for (long entry = first; ;)
        {
            if (entry < section.Offset || entry - section.Offset > section.Size - EntrySize)
                throw new InvalidDataException($"A version entry at offset {entry} lies outside its section.");
            yield return entry;
            uint distance = file.ReadUInt32(entry + 12);
            if (distance == 0)
                yield break;
            entry += distance;
        }
    }
}
