using System.Xml.Linq;

namespace ResNeXt.Packages.Tests;

/// <summary>What is in our packages.</summary>
[Collection(PackageFeed.Collection)]
public sealed class PackageContentTests(PackageFeed feed)
{
    [SourceFact]
    public void Package_OfEachLibrary_HasItsPageIconTagsAddressAndSymbols()
    {
        foreach (string package in (string[])["ResNeXt.Core", "ResNeXt.MLNet", "ResNeXt.AspNetCore"])
        {
            Dictionary<string, string> facts = feed.Nuspec(package).Root!.Elements().Single().Elements()
                .ToDictionary(element => element.Name.LocalName, element => element.Value);
            Assert.Equal(("MIT", "icon.png", "README.md"), (facts["license"], facts["icon"], facts["readme"]));
            Assert.StartsWith("https://", facts["projectUrl"]);
            Assert.Contains("mlnet", facts["tags"], StringComparison.Ordinal);

            IReadOnlyList<string> files = feed.Files(package);
            Assert.Superset(new HashSet<string> { "README.md", "icon.png", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml" }, files.ToHashSet());
            Assert.DoesNotContain(files, file => file.EndsWith(".so", StringComparison.Ordinal) || file.EndsWith(".pdb", StringComparison.Ordinal));
            Assert.Contains($"lib/net10.0/{package}.pdb", feed.Files(package, "snupkg"));
        }
    }

    [SourceFact]
    public void Package_OfEachLibrary_DependsOnWhatItsProjectNamesOnly()
    {
        foreach (string package in (string[])["ResNeXt.Core", "ResNeXt.MLNet", "ResNeXt.AspNetCore"])
        {
            XDocument project = XDocument.Load(Path.Combine(SourceFactAttribute.Repository!, "src", package, $"{package}.csproj"));
            IEnumerable<string> named = project.Descendants("PackageReference").Where(item => item.Attribute("PrivateAssets")?.Value != "all")
                .Select(item => item.Attribute("Include")!.Value)
                .Concat(project.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value)));

            IEnumerable<string> declared = feed.Nuspec(package).Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value);

            Assert.Equal(named.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
        }
    }

    [SourceFact]
    public void Package_OfTheTemplates_NamesThisVersion()
    {
        Assert.Contains("content/resnext/.template.config/template.json", feed.Files("ResNeXt.Templates"));
        Assert.Contains("content/resnext-api/Program.cs", feed.Files("ResNeXt.Templates"));
    }

    [SourceFact]
    [Trait("Category", "Slow")]
    public async Task Pack_OfTheRepositoryTwice_GivesTheIntendedPackagesWithTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        string[] hashes = new string[2];
        for (int time = 0; time < hashes.Length; time++)
        {
            string packed = Path.Combine(folder.Path, $"packed{time}");
            await DotnetCommand.RunAsync("pack", SourceFactAttribute.Repository!, "-c", "Release", "-o", packed, "--disable-build-servers",
                "--artifacts-path", Path.Combine(folder.Path, "artifacts"), "-p:ContinuousIntegrationBuild=true");
            string[] files = [.. Directory.GetFiles(packed).Order(StringComparer.Ordinal)];
            Assert.Equal(
                ["ResNeXt.AspNetCore", "ResNeXt.AspNetCore", "ResNeXt.Core", "ResNeXt.Core", "ResNeXt.MLNet", "ResNeXt.MLNet", "ResNeXt.Templates", "ResNeXt.Tool", "ResNeXt.Tool"], // two: symbols, systems
                files.Select(file => string.Join('.', Path.GetFileName(file).Split('.').Take(2))));
            hashes[time] = string.Join("\n", files.Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"));
        }
        Assert.Equal(hashes[0], hashes[1]);
    }
}
