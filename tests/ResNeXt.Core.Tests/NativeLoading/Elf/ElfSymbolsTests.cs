using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.Elf;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.Tests.NativeLoading.Elf;

public sealed class ElfSymbolsTests
{
    private const byte LocalObject = 0x01, GlobalFunction = 0x12, File = 0x04;

    [Fact]
    public void Find_LocalAndGlobalSymbols_GivesAddressAndSize()
    {
        SmallElf elf = Elf(("other.cpp", File, 1, 0), ("object", LocalObject, 0x1585b180, 144), ("call", GlobalFunction, 0x1c784f0, 97));

        IReadOnlyDictionary<string, ElfSymbol> found = Find(elf, "object", "call");

        Assert.Equal(new ElfSymbol(ElfSymbolType.Object, 0x1585b180, 144), found["object"]);
        Assert.Equal(new ElfSymbol(ElfSymbolType.Function, 0x1c784f0, 97), found["call"]);
    }

    [Fact]
    public void Find_NameOfALongerOne_IsNotTaken() =>
        Assert.Contains("no symbol object", Assert.Throws<InvalidDataException>(() => Find(Elf(("object2", LocalObject, 1, 1)), "object")).Message);

    [Fact]
    public void Find_TwoOfAName_Refuses() =>
        Assert.Contains("several symbols object",
            Assert.Throws<InvalidDataException>(() => Find(Elf(("object", LocalObject, 1, 1), ("object", LocalObject, 2, 1)), "object")).Message);

    [Fact]
    public void Constructor_StrippedFile_Refuses() =>
        Assert.Contains("0 sections of type Symbols", Assert.Throws<InvalidDataException>(() => Find(new SmallElf(), "object")).Message);

    [Fact]
    public void Find_FileTruncatedAnywhere_Refuses()
    {
        byte[] sound = Elf(("object", LocalObject, 1, 1)).Build();

        Assert.All(Enumerable.Range(0, sound.Length), length =>
            Assert.Throws<InvalidDataException>(() => new ElfSymbols(new ElfFile(sound.AsMemory(0, length))).Find("object")));
    }

    [LinuxFact]
    public void OneDnnProcessor_OfTheRealLibrary_HasPossibleCaches()
    {
        TorchLibrary.EnsureLoaded();

        OneDnnCpuInfo? found = OneDnnAdaptation.Find(TorchLibraryLoader.LoadOnce(), out string? refusal);

        Assert.Null(refusal);
        Assert.True(found!.IsPlausible);
    }

    private static SmallElf Elf(params (string Name, byte Info, long Address, long Size)[] symbols)
    {
        var elf = new SmallElf();
        elf.AllSymbols.AddRange(symbols);
        return elf;
    }

    private static IReadOnlyDictionary<string, ElfSymbol> Find(SmallElf elf, params string[] names) =>
        new ElfSymbols(new ElfFile(elf.Build())).Find(names);
}
