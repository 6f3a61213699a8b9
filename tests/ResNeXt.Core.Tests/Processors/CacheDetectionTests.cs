using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Tests.Processors;

public sealed class CacheDetectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Choose_SystemKnowsThem_TakesThoseWithTheirSharing()
    {
        Describe("index0", "1", "Data", "48K", "0,64");
        Describe("index1", "1", "Instruction", "32K", "0,64");
        Describe("index2", "2", "Unified", "1024K", "0,64");
        Describe("index3", "3", "Unified", "32M", "0-7,64-71");

        Assert.Equal([new(48 << 10, 2), new(1 << 20, 2), new(32 << 20, 16)], Choose());
    }

    [Fact]
    public void Choose_SystemKnowsNothing_TakesWhatTheProcessorReports() =>
        Assert.Equal([new(32 << 10, 1), new(1 << 20, 1), new(16 << 20, 4)],
            Choose(CpuInfoTests.Processor("AuthenticAMD", inner: 0x20080140, outer: (0x04006140, 0x00809140))));

    [Fact]
    public void Choose_NothingIsKnown_TakesUsualOnes() => Assert.Equal([new(32 << 10, 1), new(512 << 10, 1), new(1 << 20, 1)], Choose());

    [Theory]
    [InlineData("1K", "0")]
    [InlineData("999999999M", "0")]
    [InlineData("many", "0")]
    [InlineData("", "0")]
    [InlineData("32K", "")]
    [InlineData("32K", "3-1")]
    [InlineData("32K", "a-b")]
    public void Choose_SystemSaysWhatCannotBe_TakesAnother(string size, string shared)
    {
        Describe("index0", "1", "Data", size, shared);

        Assert.Equal(new DataCache(32 << 10, 1), Choose()[0]);
    }

    [Fact]
    public void Choose_FilesMissing_TakesAnother()
    {
        Directory.CreateDirectory(_folder.File("index0"));

        Assert.Equal(new DataCache(32 << 10, 1), Choose()[0]);
    }

    [Theory]
    [InlineData(1, 1, 1, false)]
    [InlineData(32 << 10, 1, 1, true)]
    [InlineData(32 << 10, 0, 1, false)]
    [InlineData(32 << 10, 1 << 20, 1, false)]
    [InlineData(1, 1, 3, false)]
    [InlineData(1 << 20, 128, 3, true)]
    public void IsPlausible_OfACache_TellsBytesFromSizes(long bytes, int sharedBy, int level, bool expected) =>
        Assert.Equal(expected, new DataCache(bytes, sharedBy).IsPlausible(level));

    private IReadOnlyList<DataCache> Choose(CpuInfo? processor = null) =>
        CacheDetection.Detect(processor ?? CpuInfoTests.Processor("AuthenticAMD"), 4, _folder.Path);

    private void Describe(string index, string level, string type, string size, string shared)
    {
        string folder = Directory.CreateDirectory(_folder.File(index)).FullName;
        foreach ((string file, string text) in new[] { ("level", level), ("type", type), ("size", size), ("shared_cpu_list", shared) })
            File.WriteAllText(Path.Combine(folder, file), text + "\n");
    }
}
