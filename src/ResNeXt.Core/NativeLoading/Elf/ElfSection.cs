namespace ResNeXt.Core.NativeLoading.Elf;

/// <summary>Where a section of an ELF file lies in the file.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="Offset">Its first byte, as the file claims.</param>
/// <param name="Size">Its length in bytes, as the file claims.</param>
/// <param name="Link">Index of the section with its names.</param>
internal readonly record struct ElfSection(ElfSectionType Type, long Offset, long Size, uint Link);

/// <summary>The section types with symbols and their versions.</summary>
internal enum ElfSectionType : uint
{
    Symbols = 2,
    DynamicSymbols = 11,
    VersionNeeds = 0x6ffffffe,
    SymbolVersions = 0x6fffffff,
}
