using System.Text;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Tests.Processors;

public sealed class CpuInfoTests
{
    private const int HighestLeaf = unchecked((int)0x80000021);

    [Fact]
    public void Identity_OfZen5_CountsExtensions()
    {
        CpuInfo processor = Processor("AuthenticAMD", signature: 0x00b40f41);

        Assert.Equal("AuthenticAMD", processor.Vendor);
        Assert.Equal((26, 0x44, 1), (processor.Family, processor.Model, processor.Stepping));
    }

    [Fact]
    public void Identity_OfIntel_CountsTheModelsExtension()
    {
        CpuInfo processor = Processor("GenuineIntel", signature: 0x000806f8);

        Assert.Equal((6, 0x8f, 8), (processor.Family, processor.Model, processor.Stepping));
    }

    [Theory]
    [InlineData("AuthenticAMD", 0, true)]
    [InlineData("HygonGenuine", 0, true)]
    [InlineData("AuthenticAMD", 0x4121, false)]
    [InlineData("GenuineIntel", 0, false)]
    public void HidesCaches_ByVendorAndFirstCache_Tells(string vendor, int firstCache, bool expected) =>
        Assert.Equal(expected, Processor(vendor, firstCache: firstCache).HidesCaches);

    [Fact]
    public void HidesCaches_LeafNotAnnounced_IsFalse() =>
        Assert.False(Processor("AuthenticAMD", highest: unchecked((int)0x8000001A)).HidesCaches);

    [Fact]
    public void ReportedCaches_OfAmd_AreInBytes()
    {
        CpuInfo processor = Processor("AuthenticAMD", inner: 0x20080140, outer: (0x02006140, 0x01009140));

        Assert.Equal([32 << 10, 512 << 10, 32 << 20], processor.ReportedCaches);
    }

    [Fact]
    public void ReportedCaches_LeavesAbsent_AreZero() =>
        Assert.Equal([0, 0, 0], Processor("AuthenticAMD", highest: unchecked((int)0x80000004)).ReportedCaches);

    [Theory]
    [InlineData(7, 1, true, true)]
    [InlineData(7, 0, true, false)]
    [InlineData(6, 1, false, false)]
    public void InstructionSets_ByLeafAndSubLeaf_AreRead(int lastLeaf, int lastSubLeaf, bool first, bool second)
    {
        var cpu = new CpuInfo((leaf, subLeaf) => (leaf, subLeaf) switch
        {
            (0, _) => (lastLeaf, 0, 0, 0),
            (7, 0) => (lastSubLeaf, 0, 1 << 11, 0),
            (7, 1) => (1 << 4 | 1 << 5, 0, 0, 0),
            _ => default,
        });

        Assert.Equal((first, second, second), (cpu.HasAvx512Vnni, cpu.HasAvxVnni, cpu.HasAvx512BFloat16));
    }

    internal static CpuInfo Processor(
        string vendor, int signature = 0, int firstCache = 0, int highest = HighestLeaf, int inner = 0, (int Ecx, int Edx) outer = default) =>
        new((leaf, _) => (uint)leaf switch
        {
            0 => (0x10, Part(vendor, 0), Part(vendor, 8), Part(vendor, 4)),
            1 => (signature, 0, 0, 0),
            0x80000000 => (highest, 0, 0, 0),
            0x80000005 => (0, 0, inner, 0),
            0x80000006 => (0, 0, outer.Ecx, outer.Edx),
            0x8000001D => (firstCache, 0, 0, 0),
            _ => default,
        });

    private static int Part(string text, int start) => BitConverter.ToInt32(Encoding.ASCII.GetBytes(text), start);
}
