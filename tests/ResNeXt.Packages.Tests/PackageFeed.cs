using System.IO.Compression;
using System.Xml.Linq;

namespace ResNeXt.Packages.Tests;

/// <summary>A folder with our packages, packed once for all tests under a version of their own, and what a project needs to take packages from it.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    /// <summary>Tests that build from the repository's sources take turns: each needs all processors.</summary>
    public const string Collection = "Packages";

    private static readonly string Repository = SourceFactAttribute.Repository ?? "";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The version of the packages. Unique, so that nothing is taken from, or left in, the user's cache of packages.</summary>
    public string Version { get; } = $"0.0.1-test.{Guid.NewGuid():N}";

    /// <summary>The folder that the packages are in.</summary>
    public string Folder => Path.Combine(_folder.Path, "feed");

    public async Task InitializeAsync()
    {
        if (SourceFactAttribute.Repository is null || DotnetCommand.Program is null)
            return;
        foreach (string project in (string[])["src/ResNeXt.Core", "src/ResNeXt.MLNet", "src/ResNeXt.AspNetCore", "templates"])
            await PackAsync(project, Folder);
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Packs a project of the repository.</summary>
    public Task PackAsync(string project, string folder) => DotnetCommand.RunAsync(
        "pack", Path.Combine(Repository, project), "-c", "Release", "-o", folder, "--disable-build-servers", "--artifacts-path", SourceFactAttribute.Artifacts,
        $"-p:PackageVersion={Version}");

    /// <summary>The description of a package in the feed.</summary>
    public XDocument Nuspec(string package)
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(Folder, $"{package}.{Version}.nupkg"));
        using Stream nuspec = zip.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(nuspec);
    }

    /// <summary>The names of the files in a package of the feed.</summary>
    public IReadOnlyList<string> Files(string package, string ending = "nupkg")
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(Folder, $"{package}.{Version}.{ending}"));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>
    /// Writes a file that makes every project in a folder take our packages from the feed and all others from the user's cache, and keep both in a cache of its own.
    /// </summary>
    /// <param name="folder">Outside the repository.</param>
    /// <param name="withTorch">Whether training is to work: adds libtorch of this system alone, because TorchSharp-cpu brings that of three, 1.2 GB.</param>
    internal void Configure(TemporaryFolder folder, bool withTorch = false)
    {
        XElement settings = new("PropertyGroup",
            new XElement("NuGetAudit", "false"),
            new XElement("RestoreAdditionalProjectSources", Folder),
            new XElement("RestoreFallbackFolders", UserPackages),
            new XElement("RestorePackagesPath", Path.Combine(folder.Path, "packages")));
        new XElement("Project", settings, withTorch ? new XElement("ItemGroup", LibTorch()) : null).Save(folder.File("Directory.Build.props"));
    }

    /// <summary>References to libtorch for this system and to TorchSharp.</summary>
    public static IEnumerable<XElement> LibTorch()
    {
        XDocument versions = XDocument.Load(Path.Combine(Repository, "Directory.Packages.props"));
        string system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        foreach (string package in (string[])["TorchSharp", $"libtorch-cpu-{system}"])
        {
            string version = versions.Descendants("PackageVersion").Single(item => item.Attribute("Include")!.Value == package).Attribute("Version")!.Value;
            yield return new XElement("PackageReference", new XAttribute("Include", package), new XAttribute("Version", version));
        }
    }

    private static string UserPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}

/// <summary>Shares one feed among the tests.</summary>
[CollectionDefinition(PackageFeed.Collection)]
public sealed class PackageFeedCollection : ICollectionFixture<PackageFeed>;
