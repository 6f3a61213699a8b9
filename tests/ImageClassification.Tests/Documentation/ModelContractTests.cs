using System.Text.Json;
using ResNeXt.Core;
using ResNeXt.Core.Weights;

namespace ImageClassification.Tests.Documentation;

/// <summary><c>docs/model-contract.md</c> names what the files contain: all of it, and nothing else.</summary>
public sealed class ModelContractTests(ContractFiles files) : IClassFixture<ContractFiles>
{
    private const string ClassifierProducer = "ResNeXt.MLNet", FeatureProducer = "ResNeXt.MLNet.Features", NamesProducer = "ResNeXt.MLNet.Names";
    private const int Classes = 10;

    private static readonly string Page = Path.Combine(DocumentationTests.Repository ?? "", "docs", "model-contract.md");

    [RepositoryFact]
    public void TensorNames_OfNetworksAndFiles_AreDocumented()
    {
        IEnumerable<string> planned = Architectures.All.SelectMany(network => network.Tensors(Classes)).Select(tensor => tensor.Name);

        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Tensor names").Names("tensor"), planned);
        DocumentedTable.AssertSame(WrittenNames.OfSafetensors(files.Path("weights.safetensors")).Tensors,
            Architectures.Get("resnet20_cifar").Tensors(Classes).Select(tensor => tensor.Name));
        Assert.Equal(WrittenNames.OfSafetensors(files.Path("weights.safetensors")).Tensors.Order(),
            WeightFile.Read(files.Path("model.onnx")).Tensors.Keys.Order());
    }

    [RepositoryFact]
    public void Metadata_OfEveryKindOfFile_IsDocumented()
    {
        DocumentedTable table = DocumentedTable.Under(Page, "Metadata");
        (string Column, IEnumerable<string> Keys)[] kinds =
        [
            ("SaveOnnx", InFile("model.onnx").Metadata.Keys),
            ("int8 SaveOnnx", InFile("int8.onnx").Metadata.Keys),
            ("model in a zip", InZips(ClassifierProducer).Where(model => !IsInt8(model)).SelectMany(model => model.Metadata.Keys)),
            ("features in a zip", InZips(FeatureProducer).SelectMany(model => model.Metadata.Keys)),
            ("safetensors of a model", OfSafetensors(files.Path("model.safetensors"))),
            ("safetensors of weights", OfSafetensors(files.Path("weights.safetensors"))),
            ("checkpoint", files.Checkpoints.SelectMany(OfSafetensors)),
        ];

        Assert.All(kinds, kind => DocumentedTable.AssertSame(table.Names("key", where: kind.Column), kind.Keys));
        Assert.Contains(InZips(ClassifierProducer), IsInt8);
        // A graph of names says nothing of the network.
        Assert.All(InZips(NamesProducer), model => Assert.Equal("resnext.xxh128", Assert.Single(model.Metadata.Keys)));
    }

    [RepositoryFact]
    public void OnnxModels_OfEveryKindOfFile_HaveTheDocumentedInputsAndOutputs()
    {
        DocumentedTable table = DocumentedTable.Under(Page, "ONNX models");
        (string Row, IEnumerable<OnnxNames> Models)[] kinds =
        [
            ("`SaveOnnx`, command `export --onnx`", [InFile("model.onnx"), InFile("int8.onnx")]),
            ("network of a classifier in a zip", InZips(ClassifierProducer)),
            ("network of a featurizer in a zip", InZips(FeatureProducer)),
            ("class or feature names in a zip", InZips(NamesProducer)),
        ];

        Assert.All(kinds, kind => Assert.NotEmpty(kind.Models));
        foreach ((string row, IEnumerable<OnnxNames> models) in kinds)
        {
            Assert.All(models, model =>
            {
                Assert.Equal(table.NamesOf(row, "producer"), [model.Producer]);
                DocumentedTable.AssertSame(table.NamesOf(row, "inputs"), model.Inputs);
                DocumentedTable.AssertSame(table.NamesOf(row, "outputs"), model.Outputs);
            });
        }
        Assert.Equal(kinds.Skip(1).Sum(kind => kind.Models.Count()), files.Zips.Sum(zip => WrittenNames.OnnxModels(files.Path(zip)).Count));
    }

    [RepositoryFact]
    public void SavedPipelines_HaveTheDocumentedEntries() =>
        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Model files").Names("entry"),
            WrittenNames.Entries(files.Path("images.zip")).Select(entry => entry.Name));

    [RepositoryFact]
    public void SavedPipelines_HaveTheDocumentedMappingsAndTemporaryColumns()
    {
        string[] written = [.. files.Zips.SelectMany(zip => WrittenNames.Strings(files.Path(zip)))
            .Where(text => text.StartsWith("ResNeXt.", StringComparison.Ordinal) && !text.Contains(", Version=", StringComparison.Ordinal))];

        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Mappings").Names("contract name"), written.Where(IsContract));
        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Temporary columns").Names("column"), written.Where(text => !IsContract(text)));
    }

    [RepositoryFact]
    public void Scoring_AddsTheDocumentedColumns() =>
        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Columns").Names("column"), files.ScoredColumns);

    [RepositoryFact]
    public void Checkpoints_HaveTheDocumentedFilesAndTensors()
    {
        DocumentedTable.AssertSame(
            DocumentedTable.Under(Page, "Checkpoints").Names("file"), files.Checkpoints.Select(file => Path.GetFileName(file)));
        DocumentedTable.AssertSame(DocumentedTable.Under(Page, "Checkpoint tensors").Names("tensor"),
            files.Checkpoints.SelectMany(file => WrittenNames.OfSafetensors(file).Tensors));
        Assert.All(files.Checkpoints, file => DocumentedTable.AssertSame(
            DocumentedTable.Under(Page, "Checkpoint progress").Names("field"), Fields(file, "resnext.training.progress")));
        Assert.All(files.Checkpoints, file => Assert.Superset(
            new HashSet<string>
            {
                "Precision", "Device", "Seed", "Training images", "Validation images", "Architecture.Name", "Normalization.Mean", "MaxEpochs",
            },
            Fields(file, "resnext.training.identity").ToHashSet()));
    }

    private IReadOnlyList<OnnxNames> InZips(string producer) =>
        [.. files.Zips.SelectMany(zip => WrittenNames.OnnxModels(files.Path(zip))).Select(WrittenNames.OfOnnx)
            .Where(model => model.Producer == producer)];

    private OnnxNames InFile(string file) => WrittenNames.OfOnnx(File.ReadAllBytes(files.Path(file)));

    private static IEnumerable<string> OfSafetensors(string path) => WrittenNames.OfSafetensors(path).Metadata.Keys;

    private static IEnumerable<string> Fields(string checkpoint, string key)
    {
        using JsonDocument json = JsonDocument.Parse(WrittenNames.OfSafetensors(checkpoint).Metadata[key]);
        return [.. json.RootElement.EnumerateObject().Select(field => field.Name)];
    }

    private static bool IsInt8(OnnxNames model) => model.Metadata.ContainsKey("resnext.precision");

    private static bool IsContract(string text) => text.StartsWith("ResNeXt.MLNet.", StringComparison.Ordinal);
}
