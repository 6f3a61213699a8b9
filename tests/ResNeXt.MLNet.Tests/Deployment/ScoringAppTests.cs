using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Tests.Features;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Deployment;

/// <summary>Publishes a program that only scores, and runs it: it needs neither libtorch nor much room.</summary>
public sealed class ScoringAppTests(ITestOutputHelper output)
{
    private const long LargestFolder = 80_000_000;

    [SourceFact]
    [Trait("Category", "Slow")]
    public async Task ScoringApp_Published_IsSmallWithoutTorchAndScoresTheSame()
    {
        using var folder = new TemporaryFolder();
        string program = await PublishAsync(Path.Combine(folder.Path, "published"));
        AssertSmall(Path.GetDirectoryName(program)!);

        await AssertScoresTheSame(program, folder.Path, Trained(reloaded: false, "Image"));
        await AssertScoresTheSame(program, folder.Path, FeaturePipelineTests.Pipeline("Image").Fit(Rows()));
    }

    private static async Task AssertScoresTheSame(string program, string folder, ITransformer model)
    {
        Patterns.Row row = Patterns.Make(1, seed: 7)[0];
        string zip = Path.Combine(folder, "model.zip"), pixels = Path.Combine(folder, "image.bgra");
        MlContext.Model.Save(model, Rows().Schema, zip);
        File.WriteAllBytes(pixels, row.Bgra);
        string printed = await DotnetCommand.RunAsync(program, zip, pixels, $"{Patterns.Size}");
        string[] lines = printed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        IDataView expected = model.Transform(MlContext.Data.LoadFromEnumerable([row]));
        Assert.Equal(expected.GetColumn<uint>("PredictedLabel").Single(), uint.Parse(lines[0], CultureInfo.InvariantCulture));
        Assert.Equal(expected.GetColumn<float[]>("Score").Single(), lines[1..].Select(line => float.Parse(line, CultureInfo.InvariantCulture)));
    }

    private static async Task<string> PublishAsync(string target)
    {
        string project = Path.Combine(SourceFactAttribute.Repository!, "tests", "ScoringApp", "ScoringApp.csproj");
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        await DotnetCommand.RunAsync("publish", project, "-c", "Release", "--self-contained", "false", "--disable-build-servers",
            "-r", $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
            "--artifacts-path", SourceFactAttribute.Artifacts, "-o", target);
        return Path.Combine(target, "ScoringApp.dll");
    }

    private void AssertSmall(string folder)
    {
        FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.Length)];
        long size = files.Sum(file => file.Length);
        string largest = string.Join(", ", files.Take(5).Select(file => $"{file.Name} {file.Length:N0}"));
        output.WriteLine($"{files.Length} files, {size:N0} bytes: {largest}");

        Assert.Equal(["TorchSharp.dll"], files.Select(file => file.Name).Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)));
        Assert.True(size < LargestFolder, $"{size:N0} bytes, the largest are {largest}");
    }
}
