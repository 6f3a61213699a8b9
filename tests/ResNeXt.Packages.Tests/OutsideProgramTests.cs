using System.Xml.Linq;

namespace ResNeXt.Packages.Tests;

/// <summary>
/// A program outside the repository, with none of its central package versions, that references our library and one native libtorch:
/// it restores, builds, trains, saves and loads.
/// </summary>
[Collection(PackageFeed.Collection)]
public sealed class OutsideProgramTests(PackageFeed feed)
{
    private const string Program = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using ResNeXt.MLNet;

        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(index => new Row
        {
            Label = index % 2 == 0 ? "dark" : "light",
            Features = [.. Enumerable.Range(0, 3 * 16 * 16).Select(pixel => index % 2 * 128f + pixel % 97)],
        }));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.MulticlassClassification.Trainers.ResNeXt(
            new ResNeXtTrainer.Options { Architecture = "resnet20_cifar", MaxEpochs = 1, BatchSize = 4, WeightDecay = 1e-4f }));
        ITransformer model = pipeline.Fit(rows);
        mlContext.Model.Save(model, rows.Schema, args[0]);
        ITransformer loaded = new MLContext().Model.Load(args[0], out _);
        Console.WriteLine(loaded.Transform(rows).GetColumn<float[]>("Score").Count());

        sealed class Row
        {
            public string Label { get; set; } = "";

            [VectorType(3, 16, 16)]
            public float[] Features { get; set; } = [];
        }
        """;

    [SourceFact]
    [Trait("Category", "Slow")]
    public async Task ProjectReference_OutsideTheRepository_TrainsSavesAndLoads()
    {
        using var folder = new TemporaryFolder();
        string library = Path.Combine(SourceFactAttribute.Repository!, "src", "ResNeXt.MLNet", "ResNeXt.MLNet.csproj");

        await AssertRuns(folder, new XElement("ProjectReference", new XAttribute("Include", library)));
    }

    [SourceFact]
    public async Task Packages_FromALocalFolder_TrainSaveAndLoad()
    {
        using var folder = new TemporaryFolder();
        feed.Configure(folder);

        await AssertRuns(folder, new XElement("PackageReference", new XAttribute("Include", "ResNeXt.MLNet"), new XAttribute("Version", feed.Version)));
    }

    private static async Task AssertRuns(TemporaryFolder folder, XElement reference)
    {
        string project = folder.File("program", "Program.csproj");
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup",
                new XElement("OutputType", "Exe"), new XElement("TargetFramework", "net10.0"), new XElement("Nullable", "enable"),
                new XElement("ImplicitUsings", "enable"), new XElement("NuGetAudit", "false")),
            new XElement("ItemGroup", reference, PackageFeed.LibTorch())).Save(project);
        File.WriteAllText(folder.File("program", "Program.cs"), Program);
        string output = Path.Combine(folder.Path, "output");

        await DotnetCommand.RunAsync(
            "publish", project, "-c", "Release", "-o", output, "--disable-build-servers", "--artifacts-path", SourceFactAttribute.Artifacts);
        string printed = await DotnetCommand.RunAsync(Path.Combine(output, "Program.dll"), Path.Combine(folder.Path, "model.zip"));

        Assert.Equal("12", printed.Trim().Split('\n')[^1].Trim());
        Assert.True(File.Exists(Path.Combine(folder.Path, "model.zip")));
    }
}
