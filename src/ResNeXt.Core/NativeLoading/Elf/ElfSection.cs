namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>A section of an ELF file, as the file's section table describes it; not validated.</summary>
/// <param name="Type">The type of the content.</param>
/// <param name="Offset">The offset of the first byte in the file.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Link">The index of the section with the names.</param>
internal readonly record struct ElfSection(ElfSectionType Type, long Offset, long Size, uint Link);

/// <summary>The types of sections that are read here.</summary>
internal enum ElfSectionType : uint
{
    Symbols = 2,
    DynamicSymbols = 11,
    VersionNeeds = 0x6ffffffe,
    SymbolVersions = 0x6fffffff,
}
