using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace ResNeXt.Packages.Tests;

/// <summary>What users do with our packages, in folders outside the repository: README's program, the templates, the tool, a file-based app.</summary>
[Collection(PackageFeed.Collection)]
[Trait("Category", "Slow")]
public sealed partial class InstalledPackageTests(PackageFeed feed)
{
    private static readonly string[] Colors = ["red", "green", "blue"];

    [SourceFact]
    public async Task Templates_Instantiated_TrainAndServe()
    {
        using var folder = new TemporaryFolder();
        feed.Configure(folder);
        string hive = Path.Combine(folder.Path, "hive"), photos = PaintPhotos(folder);
        await DotnetCommand.RunAsync("new", "install", Path.Combine(feed.Folder, $"ResNeXt.Templates.{feed.Version}.nupkg"), "--debug:custom-hive", hive);
        await DotnetCommand.RunAsync("new", "resnext", "-o", Path.Combine(folder.Path, "Classifier"), "--debug:custom-hive", hive);
        await DotnetCommand.RunAsync("new", "resnext-api", "-o", Path.Combine(folder.Path, "Api"), "--debug:custom-hive", hive);

        string project = Path.Combine(folder.Path, "Classifier", "Classifier.csproj");
        UseLibTorchOfThisSystem(project);
        await DotnetCommand.RunAsync("build", project, "-c", "Release", "-o", Path.Combine(folder.Path, "classifier"), "--disable-build-servers");
        string printed = await RunAsync(folder.Path, Path.Combine(folder.Path, "classifier", "Classifier.dll"), photos, Path.Combine(photos, "red", "0.png"));
        Assert.Contains("0.png: ", printed, StringComparison.Ordinal);

        await DotnetCommand.RunAsync("build", Path.Combine(folder.Path, "Api"), "-c", "Release", "-o", Path.Combine(folder.Path, "api"), "--disable-build-servers");
        Assert.Contains("\"label\":", await AskApi(Path.Combine(folder.Path, "api", "Api.dll"), folder.Path, Path.Combine(photos, "red", "0.png")), StringComparison.Ordinal);
    }

    [SourceFact]
    public async Task Tool_Installed_ScoresWithoutLibTorchAndTrainsWithIt()
    {
        using var folder = new TemporaryFolder();
        string photos = PaintPhotos(folder), tools = Path.Combine(folder.Path, "tools"), tool = Path.Combine(tools, OperatingSystem.IsWindows() ? "resnext.exe" : "resnext");
        await feed.PackAsync("src/ResNeXt.Tool", feed.Folder);
        await DotnetCommand.RunAsync("tool", "install", "--tool-path", tools, "--source", feed.Folder, "ResNeXt.Tool", "--version", feed.Version);

        Assert.Contains("resnext50_32x4d", await RunProgramAsync(tool, folder.Path, "info"), StringComparison.Ordinal);
        Assert.Contains("Recipes: standard", await RunProgramAsync(tool, folder.Path, "train", "--help"), StringComparison.Ordinal);
        await RunProgramAsync(tool, folder.Path, "train", "--images", photos, "--arch", "resnet20_cifar", "--image-size", "32", "--epochs", "1", "--output", "model.zip");
        Assert.Contains("0.png: ", await RunProgramAsync(tool, folder.Path, "predict", "--model", "model.zip", Path.Combine(photos, "red", "0.png")), StringComparison.Ordinal);
    }

    [SourceFact]
    public async Task FileBasedApp_OfTheSample_Classifies()
    {
        using var folder = new TemporaryFolder();
        feed.Configure(folder);
        string photos = PaintPhotos(folder), model = Path.Combine(SourceFactAttribute.Repository!, "tests", "SavedFiles", "0.1", "classifier.zip");
        string source = File.ReadAllText(Path.Combine(SourceFactAttribute.Repository!, "samples", "FileBasedApp", "classify.cs"));
        string program = folder.File("app", "classify.cs");
        File.WriteAllText(program, PackageVersion().Replace(source, $"ResNeXt.MLNet@{feed.Version}"));

        string printed = await DotnetCommand.RunAsync("run", program, "--", model, Path.Combine(photos, "red", "0.png"));

        Assert.Contains("0.png: ", printed, StringComparison.Ordinal);
    }

    [SourceFact]
    public async Task ReadmeProgram_WithTheTwoPackages_TrainsAndEvaluates()
    {
        using var folder = new TemporaryFolder();
        feed.Configure(folder, withTorch: true);
        PaintPhotos(folder);
        string readme = File.ReadAllText(Path.Combine(SourceFactAttribute.Repository!, "README.md"));
        // A small network instead of README's, which takes a minute for an epoch.
        string code = CSharpBlock().Match(readme).Groups[1].Value.Replace("\"resnet18\"", "\"resnet20_cifar\"", StringComparison.Ordinal);
        File.Copy(Path.Combine(folder.Path, "photos", "red", "0.png"), Path.Combine(folder.Path, "holiday.jpg"));
        File.WriteAllText(folder.File("program", "Program.cs"), code);
        File.WriteAllText(folder.File("program", "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ResNeXt.MLNet" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);
        await DotnetCommand.RunAsync("build", Path.Combine(folder.Path, "program"), "-c", "Release", "-o", Path.Combine(folder.Path, "built"), "--disable-build-servers");

        string printed = await RunAsync(folder.Path, Path.Combine(folder.Path, "built", "Program.dll"));

        Assert.NotEmpty(printed.Trim());
        Assert.True(File.Exists(Path.Combine(folder.Path, "model.zip")));
    }

    private static string PaintPhotos(TemporaryFolder folder)
    {
        foreach (string color in Colors)
        {
            for (int number = 0; number < 5; number++)
            {
                using var bitmap = new SKBitmap(40, 40);
                bitmap.Erase(SKColor.Parse(color switch { "red" => "#c02020", "green" => "#20c020", _ => "#2020c0" }));
                bitmap.SetPixel(number, number, SKColors.White);
                using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(folder.File("photos", color, $"{number}.png"), png.ToArray());
            }
        }
        return Path.Combine(folder.Path, "photos");
    }

    private static void UseLibTorchOfThisSystem(string project)
    {
        string text = File.ReadAllText(project);
        string references = string.Concat(PackageFeed.LibTorch().Select(reference => reference.ToString()));
        File.WriteAllText(project, TorchSharpCpu().Replace(text, references));
    }

    private static Task<string> RunAsync(string workingFolder, params string[] arguments) => RunProgramAsync(DotnetCommand.Program!, workingFolder, arguments);

    private static async Task<string> RunProgramAsync(string program, string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }

    private static async Task<string> AskApi(string program, string workingFolder, string image)
    {
        var start = new ProcessStartInfo(DotnetCommand.Program!, [program, "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = workingFolder, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        try
        {
            string? line;
            do
                line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The API ended.");
            while (!line.Contains("Now listening on: ", StringComparison.Ordinal));
            using var client = new HttpClient { BaseAddress = new Uri(line.Split("Now listening on: ")[1]) };
            using var content = new ByteArrayContent(await File.ReadAllBytesAsync(image));
            content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            using HttpResponseMessage answer = await client.PostAsync("predict", content);
            Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{answer.StatusCode}"));
            using HttpResponseMessage refusal = await client.PostAsync("predict", new StringContent("no image"));
            Assert.Equal(400, (int)refusal.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"ResNeXt\.MLNet@[^\s]+")]
    private static partial Regex PackageVersion();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"<PackageReference Include=""TorchSharp-cpu""[^>]*/>")]
    private static partial Regex TorchSharpCpu();
}
