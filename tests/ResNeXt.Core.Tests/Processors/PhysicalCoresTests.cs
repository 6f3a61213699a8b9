using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Tests.Processors;

public sealed class PhysicalCoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Count_OfTwoSocketsWithHyperthreads_CountsCores()
    {
        for (int processor = 0; processor < 8; processor++)
            Write(processor, package: processor % 2, core: processor / 4);
        Directory.CreateDirectory(_folder.File("cpufreq"));

        Assert.Equal(4, PhysicalCores.Count(_folder.Path));
    }

    [Fact]
    public void Count_WithoutADescription_IsUnknown()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "cpu0"));

        Assert.Null(PhysicalCores.Count(_folder.Path));
        Assert.Null(PhysicalCores.Count(_folder.File("nowhere")));
    }

    [Fact]
    public void Count_OfADescriptionThatIsIncomplete_IsUnknown()
    {
        Write(0, package: 0, core: 0);
        File.Delete(Path.Combine(_folder.Path, "cpu0", "topology", "core_id"));

        Assert.Null(PhysicalCores.Count(_folder.Path));
    }

    private void Write(int processor, int package, int core)
    {
        string topology = Path.Combine(_folder.Path, $"cpu{processor}", "topology");
        Directory.CreateDirectory(topology);
        File.WriteAllText(Path.Combine(topology, "physical_package_id"), $"{package}\n");
        File.WriteAllText(Path.Combine(topology, "core_id"), $"{core}\n");
    }
}
