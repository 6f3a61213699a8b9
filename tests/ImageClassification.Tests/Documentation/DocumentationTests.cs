using System.Diagnostics;
using ResNeXt.Core.Networks;
using ResNeXt.MLNet;
using ResNeXt.Tool;

namespace ImageClassification.Tests.Documentation;

/// <summary>
/// README and the pages of <c>docs</c> as a reader tries them: their commands and their C# run, in a fresh folder on small data.
/// </summary>
public sealed class DocumentationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What makes a command short: added where the page does not say, put in the place of what it says where it does.</summary>
    private static readonly Dictionary<string, (string Option, string Value)[]> Small = new()
    {
        ["train"] = [("--epochs", "1"), ("--image-size", "32")],
        ["compare"] = [("--time", "4"), ("--image-size", "32")],
        ["find-rate"] = [("--image-size", "32")],
    };

    /// <summary>What pages take for granted: the variables that their sentences speak of.</summary>
    private static readonly Dictionary<string, string> Before = new()
    {
        ["explanations.md"] = """
            var context = new MLContext(seed: 1);
            IDataView photos = context.Data.LoadFromImageFolder("photos");
            ITransformer trained = context.Transforms.DecodeImages().Append(context.Transforms.Conversion.MapValueToKey("Label"))
                .Append(context.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
                {
                    FeatureColumnName = "Image", Architecture = "resnet20_cifar", MaxEpochs = 1, ImageSize = 32,
                }))
                .Fit(photos);
            context.Model.Save(trained, photos.Schema, "photos.zip");
            """,
        ["forms.md"] = """
            Architecture aggregated = Architectures.Get("resnext50_32x4d") with { Form = BlockForm.Aggregated };
            using var trained = new ResidualNetwork(aggregated, classes: 10);
            StateDict weightsOfA = trained.GetWeights();
            """,
        ["int8.md"] = """
            var mlContext = new MLContext(seed: 1);
            IDataView photos = mlContext.Data.LoadFromImageFolder("photos");
            IDataView rows = mlContext.Transforms.DecodeImages().Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
                .Fit(photos).Transform(photos);
            ResNeXtTransformer transformer = ResNeXtTransformer.FromWeights(mlContext, "resnet20_cifar", "resnet20.th",
                new WeightsOptions { FeatureColumnName = "Image", FeatureIsImage = true });
            IDataView calibrationRows = mlContext.Transforms.DropColumns("Label").Fit(rows).Transform(rows);
            """,
        ["pretrained.md"] = "var mlContext = new MLContext(seed: 1);",
        ["training.md"] = "var mlContext = new MLContext(seed: 1);",
    };

    internal static readonly string? Repository = Find();

    private static readonly string[] Paths =
        Repository is null ? [] : [Path.Combine(Repository, "README.md"), .. Directory.GetFiles(Path.Combine(Repository, "docs"), "*.md").Order()];

    /// <summary>The pages with C#, by their paths in the repository.</summary>
    public static TheoryData<string> Programs => new(Paths.Where(HasProgram).Select(page => Path.GetRelativePath(Repository!, page)));

    [Fact]
    public void Pages_OfTheRepository_HaveCommandsAndPrograms()
    {
        if (Repository is null)
            return;
        Assert.True(Paths.Select(page => CodeBlock.Of(page).SelectMany(block => block.Commands()).Count()).Sum() >= 12);
        Assert.True(Paths.Count(HasProgram) >= 5);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_OfAPage_Compile(string page)
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(Compile(page, Path.Combine(folder.Path, "page.dll")));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Programs))]
    public async Task Programs_OfAPage_Run(string page)
    {
        using var folder = new TemporaryFolder();
        SmallData.Make(folder.Path);
        // Beside the libraries that it is compiled against.
        string program = Path.Combine(AppContext.BaseDirectory, $"page-{Path.GetFileNameWithoutExtension(page)}.dll");
        Assert.Empty(Compile(page, program));
        string test = Path.Combine(AppContext.BaseDirectory, typeof(DocumentationTests).Assembly.GetName().Name!);

        (int exitCode, string error) = await Run(
            folder.Path, "exec", "--runtimeconfig", test + ".runtimeconfig.json", "--depsfile", test + ".deps.json", program);

        Assert.True(exitCode == 0, error);
    }

    [Fact]
    public Task Commands_OfReadme_RunOneAfterTheOther() => RunCommands(Paths.Where(page => Path.GetFileName(page) == "README.md"));

    [Fact]
    [Trait("Category", "Slow")]
    public Task Commands_OfAllPages_RunOneAfterTheOther() => RunCommands(Paths);

    private static async Task RunCommands(IEnumerable<string> pages)
    {
        using var folder = new TemporaryFolder();
        SmallData.Make(folder.Path);
        var done = new HashSet<string>();
        foreach (string page in pages)
        {
            // A command that several pages show runs once.
            foreach (string[] command in CodeBlock.Of(page).SelectMany(block => block.Commands()).Where(command => done.Add(string.Join(' ', command))))
            {
                (int exitCode, string error) = await Run(folder.Path, [typeof(CommandLine).Assembly.Location, .. Shortened(command)]);

                Assert.True(exitCode == 0, $"{Path.GetFileName(page)}: {string.Join(' ', command)} ended with {exitCode}: {error}");
            }
        }
    }

    private static IEnumerable<string> Shortened(string[] command)
    {
        var words = new List<string>(command);
        foreach ((string option, string value) in Small.GetValueOrDefault(command[0], []))
        {
            int at = words.IndexOf(option);
            if (at < 0 && (option != "--image-size" || !words.Contains("--cifar")))
                words.AddRange([option, value]);
            else if (at >= 0)
                words[at + 1] = value;
        }
        return words;
    }

    private static bool HasProgram(string page) => CodeBlock.Of(page).Any(block => block.Language == "csharp");

    private static IReadOnlyList<string> Compile(string page, string assembly) =>
        DocumentedProgram.Compile(CodeBlock.Of(Path.Combine(Repository!, page)), Before.GetValueOrDefault(Path.GetFileName(page), ""), assembly);

    private static async Task<(int ExitCode, string Error)> Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            await output;
            return (process.ExitCode, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end.");
        }
    }

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ResNeXt.MLNet.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
