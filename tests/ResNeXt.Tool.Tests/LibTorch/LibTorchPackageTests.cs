using ResNeXt.Tool.LibTorch;

namespace ResNeXt.Tool.Tests.LibTorch;

public sealed class LibTorchPackageTests : IDisposable
{
    private const string System = "linux-x64";

    private readonly TemporaryFolder _packages = new();
    private readonly List<string> _said = [];
    private int _restored;

    public void Dispose() => _packages.Dispose();

    private string Package => Path.Combine(_packages.Path, $"libtorch-cpu-{System}", LibTorchPackage.Version);

    private string Libraries => Path.Combine(Package, "runtimes", System, "native");

    [Fact]
    public void FindOrFetch_WithThePackage_RestoresNothing()
    {
        Directory.CreateDirectory(Libraries);
        File.WriteAllText(Path.Combine(Package, ".nupkg.metadata"), "{}");

        Assert.Equal(Libraries, Find());

        Assert.Equal(0, _restored);
        Assert.Empty(_said);
    }

    [Fact]
    public void FindOrFetch_WithoutThePackage_SaysSoAndRestoresIt()
    {
        Assert.Equal(Libraries, Find());

        Assert.Equal(1, _restored);
        Assert.Contains($"the package libtorch-cpu-{System}", Assert.Single(_said), StringComparison.Ordinal);
    }

    // As another process leaves it while it unpacks the package, or when it is killed meanwhile.
    [Fact]
    public void FindOrFetch_WithAPackageThatIsUnpackedInPart_RestoresIt()
    {
        Directory.CreateDirectory(Libraries);
        File.WriteAllText(Path.Combine(Libraries, "libc10.so"), "");

        Assert.Equal(Libraries, Find());

        Assert.Equal(1, _restored);
    }

    private string Find() => new LibTorchPackage(System, _packages.Path, _said.Add, restore: project =>
    {
        Assert.Contains($"Version=\"[{LibTorchPackage.Version}]\"", File.ReadAllText(project), StringComparison.Ordinal);
        _restored++;
    }).FindOrFetch();
}
