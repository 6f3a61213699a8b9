using System.Buffers.Binary;
using ResNeXt.Core.NativeLoading.Elf;

namespace ResNeXt.Core.Tests.NativeLoading.Elf;

public sealed class GlibcxxDowngradeTests
{
    private const int VersionSection = SmallElf.SectionTable + 3 * 64;

    [LinuxFact]
    public void TryApply_RealLibrary_TakesTheVersionAway()
    {
        byte[] original = NativeFiles.ReadTorchSharp();
        Assert.Equal(1, VersionNeed.ReadAll(new ElfFile(original)).Count(need => need.Name == "GLIBCXX_3.4.32"));

        byte[] patched = NativeFiles.Patched(original);

        Assert.DoesNotContain(VersionNeed.ReadAll(new ElfFile(patched)), need => need.Name == "GLIBCXX_3.4.32");
    }

    [LinuxFact]
    public void TryApply_RealLibrary_ChangesOnlyTheNameAndTheVersionEntry()
    {
        byte[] original = NativeFiles.ReadTorchSharp();
        VersionNeed entry = VersionNeed.ReadAll(new ElfFile(original)).Single(need => need.Name == "GLIBCXX_3.4.32");
        int name = original.AsSpan().IndexOf("_ZSt21ios_base_library_initv\0"u8);
        HashSet<long> allowed = [.. Offsets(name, 28), .. Offsets(entry.HashOffset, 4), .. Offsets(entry.NameReferenceOffset, 4)];

        byte[] patched = NativeFiles.Patched(original);

        Assert.Equal(original.Length, patched.Length);
        Assert.DoesNotContain(Offsets(0, original.Length), offset => original[offset] != patched[offset] && !allowed.Contains(offset));
        Assert.True(patched.AsSpan(name).StartsWith("_ZNSt8ios_base4InitC1Ev\0"u8));
    }

    [LinuxFact]
    public void TryApply_RealLibraryTruncated_RefusesWithWords()
    {
        byte[] original = NativeFiles.ReadTorchSharp();

        Assert.All(Enumerable.Range(0, 200), part => Assert.NotEmpty(Refusal(original.AsMemory(0, (int)((long)original.Length * part / 200)))!));
    }

    [Fact]
    public void TryApply_SmallLibrary_GivesTheEntryTheOldHashAndName()
    {
        byte[] original = new SmallElf().Build();

        IReadOnlyList<VersionNeed> needs = VersionNeed.ReadAll(new ElfFile(NativeFiles.Patched(original)));

        Assert.Equal(["GLIBCXX_3.4", "GLIBCXX_3.4"], needs.Select(need => need.Name));
        Assert.Equal([3, 2], needs.Select(need => (int)need.Index));
        Assert.Equal(2, NativeFiles.Patched(original).AsSpan().Count(BitConverter.GetBytes(0xabc00002u)));
    }

    [Fact]
    public void TryApply_Any_LeavesTheOriginalAsItIs()
    {
        byte[] original = new SmallElf().Build();

        NativeFiles.Patched(original);

        Assert.Equal(new SmallElf().Build(), original);
    }

    [Fact]
    public void TryApply_Patched_RefusesBecauseTheVersionIsGone() =>
        Assert.Contains("lists version GLIBCXX_3.4.32 of libstdc++.so.6 0 times", Refusal(NativeFiles.Patched(new SmallElf().Build())));

    [Fact]
    public void TryApply_VersionOfAnotherLibrary_Refuses() =>
        Assert.Contains("0 times", Refusal(new SmallElf { Library = "libother.so" }.Build()));

    [Fact]
    public void TryApply_SecondSymbolWithTheVersion_NamesBoth()
    {
        var elf = new SmallElf();
        elf.Symbols.Add(("_ZSt3newv", 3));

        Assert.Contains("but these do: _ZSt21ios_base_library_initv, _ZSt3newv.", Refusal(elf.Build()));
    }

    [Fact]
    public void TryApply_OtherSymbolWithTheVersion_NamesIt()
    {
        var elf = new SmallElf();
        elf.Symbols[1] = ("_ZSt3newv", 3);

        Assert.Contains("but these do: _ZSt3newv.", Refusal(elf.Build()));
    }

    [Fact]
    public void TryApply_NameHasAnotherAtItsEnd_Refuses() =>
        Assert.Contains("shared by 2 symbols", Refusal(new SmallElf { TailOfLongerName = "initv" }.Build()));

    [Fact]
    public void TryApply_NameIsTheEndOfALongerOne_Refuses() =>
        Assert.Contains("is the end of a longer one", Refusal(new SmallElf { BeginningOfLongerName = "_ZN" }.Build()));

    [Theory]
    [InlineData(0, 0, "does not start as an ELF file does")]
    [InlineData(4, 1, "not a 64-bit little-endian ELF file")]
    [InlineData(5, 2, "not a 64-bit little-endian ELF file")]
    [InlineData(18, 183, "machine type 183")]
    [InlineData(58, 40, "entries of 40 bytes")]
    [InlineData(60, 0, "has 0 entries")]
    [InlineData(60, 200, "bytes at offset 64, but has only")]
    [InlineData(VersionSection + 4, 3, "has 0 sections of type VersionNeeds")]
    [InlineData(VersionSection + 40, 77, "refers to section 77, but there are only 5")]
    public void TryApply_OneWrongByte_SaysWhatIsWrong(int offset, byte value, string expected)
    {
        byte[] library = new SmallElf().Build();
        library[offset] = value;

        Assert.Contains(expected, Refusal(library));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(VersionSection + 24)]
    [InlineData(VersionSection + 32)]
    [InlineData(VersionSection - 128 + 24)]
    [InlineData(VersionSection - 128 + 32)]
    [InlineData(VersionSection - 64 + 24)]
    [InlineData(VersionSection + 64 + 24)]
    [InlineData(VersionSection + 64 + 32)]
    public void TryApply_AbsurdOffsetOrSize_Refuses(int field)
    {
        foreach (ulong absurd in (ulong[])[ulong.MaxValue, long.MaxValue, int.MaxValue, uint.MaxValue, 1UL << 63, (1UL << 63) - 8])
        {
            byte[] library = new SmallElf().Build();
            BinaryPrimitives.WriteUInt64LittleEndian(library.AsSpan(field), absurd);

            Assert.NotNull(Refusal(library));
        }
    }

    [Fact]
    public void TryApply_SmallLibraryTruncatedAnywhere_Refuses()
    {
        byte[] library = new SmallElf().Build();

        Assert.All(Enumerable.Range(0, library.Length), length => Assert.NotEmpty(Refusal(library.AsMemory(0, length))!));
    }

    [Fact]
    public void TryApply_AnyByteBroken_RefusesOrKeepsTheLength()
    {
        byte[] sound = new SmallElf().Build();
        for (int offset = 0; offset < sound.Length; offset++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
            {
                byte[] broken = [.. sound];
                broken[offset] = value;
                bool applied = GlibcxxDowngrade.TryApply(broken, out byte[]? patched, out string? refusal);
                Assert.True(applied ? patched!.Length == sound.Length : refusal!.Length > 0);
            }
        }
    }

    [Fact]
    public void TryApply_OverlappingVersionEntries_EndsAndRefuses()
    {
        // Distances of one byte make each of many library entries lead through many version entries.
        var elf = new SmallElf();
        for (ushort number = 4; number < 40_000; number++)
            elf.Versions.Add(("", number));
        byte[] library = elf.Build();
        int section = (int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(VersionSection + 24));
        library.AsSpan(section, 16 * 39_000).Clear();
        for (int offset = section + 12; offset < section + 16 * 39_000; offset += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(library.AsSpan(offset), 4);

        Assert.Contains("overlap", Refusal(library));
    }

    private static string? Refusal(ReadOnlyMemory<byte> library) => GlibcxxDowngrade.TryApply(library, out _, out string? refusal) ? null : refusal;

    private static IEnumerable<long> Offsets(long first, int count) => Enumerable.Range(0, count).Select(index => first + index);
}
