using Microsoft.ML;
using ResNeXt.Core.Quantization;
using ResNeXt.MLNet.Experiments;
using ResNeXt.MLNet.TemporaryFiles;
using ResNeXt.MLNet.Tests.NewProcess;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.TemporaryFiles;

public sealed class TemporaryFilesTests : IDisposable
{
    private readonly TemporaryFolder _models = new();
    private readonly TemporaryFolder _temporary = new();
    private readonly MLContext _mlContext;
    private readonly string _zip;

    public TemporaryFilesTests()
    {
        _mlContext = new MLContext(seed: 1) { TempFilePath = _temporary.Path };
        _zip = Path.Combine(_models.Path, "model.zip");
        MlContext.Model.Save(Trained(reloaded: false, "Image"), Rows().Schema, _zip);
    }

    public void Dispose()
    {
        _models.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void Load_FortyTimes_LeavesNoFile()
    {
        for (int time = 0; time < 40; time++)
        {
            using var model = ResNeXtTransformer.Load(_mlContext, _zip);
            Assert.Equal(2, Models().Length);
        }

        Assert.Empty(Left());
    }

    [Fact]
    public void EveryWayToAModel_AfterDispose_LeavesNoFile()
    {
        using var weights = new TemporaryFile(name: "weights.onnx");
        LastStep("Image").SaveOnnx(weights.Path);
        IDataView rows = KeyedRows();

        Dispose(_mlContext.MulticlassClassification.Trainers.ResNeXt(Options("Image")).Fit(rows));
        Dispose(ResNeXtTransformer.FromWeights(
            _mlContext, "resnet20_cifar", weights.Path, new() { ClassNames = Patterns.Names, FeatureIsImage = true }));
        Dispose(_mlContext.Transforms.ResNeXtFeaturizer("Features", "Image", weights.Path).Fit(rows));
        // Its session is made from the bytes in the zip.
        using (ResNeXtPredictor.Load(_mlContext, _zip))
            Assert.Empty(Models());
        Dispose((IDisposable)_mlContext.Model.Load(_zip, out _));
        using (var model = ResNeXtTransformer.Load(_mlContext, _zip))
            Dispose(model.Quantize(rows, new QuantizationOptions { MaximumImages = 4 }), files: 4);
        Assert.Empty(Left());

        void Dispose(IDisposable model, int files = 2)
        {
            Assert.Equal(files, Models().Length);
            model.Dispose();
            Assert.Equal(files - 2, Models().Length);
        }
    }

    [Fact]
    public void Execute_OfAnExperiment_LeavesNoFileAfterTheResult()
    {
        ImageExperiment experiment = _mlContext.MulticlassClassification.CreateImageExperiment(new ImageExperimentOptions
        {
            Architectures = ["resnet20_cifar"],
            Trainer = Options("Image"),
            MinEpochs = 1,
            MaxEpochs = 1,
            ConfigurationsPerArchitecture = 2,
        });

        using (ImageExperimentResult result = experiment.Execute(KeyedRows(), KeyedRows(seed: 2)))
            Assert.Equal(2, Models().Length);

        Assert.Empty(Left());
    }

    [Fact]
    public void Load_WhereAModelIsSavedLater_KeepsItsFileUntilThen()
    {
        using var model = ResNeXtTransformer.Load(_mlContext, _zip);
        string again = Path.Combine(_models.Path, "again.zip");

        _mlContext.Model.Save(model, Rows().Schema, again);

        using var loaded = ResNeXtTransformer.Load(_mlContext, again);
        Assert.Equal(Scores(model.Transform(Rows())), Scores(loaded.Transform(Rows())));
    }

    [Fact]
    public void Load_OnUnix_LetsNobodyElseReadItsFiles()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var model = ResNeXtTransformer.Load(_mlContext, _zip);

        string folder = Directory.GetDirectories(_temporary.Path).Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.StartsWith(ProcessFolder.Prefix, Path.GetFileName(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutATemporaryFolder_BlamesTheFolder()
    {
        var mlContext = new MLContext { TempFilePath = Path.Combine(_temporary.Path, "missing") };

        var exception = Assert.Throws<IOException>(() => ResNeXtTransformer.Load(mlContext, _zip));

        Assert.Contains("temporary folder", exception.Message, StringComparison.Ordinal);
        Assert.Contains("missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProcess_ThatDisposesOfNothing_LeavesNothing()
    {
        await Child.RunAsync(_temporary.Path, isKilled: false, ChildProgram.Leave, _zip, "exit");

        Assert.Empty(Left());
    }

    [Fact]
    public async Task AKilledProcess_LeavesWhatTheNextOneDeletes()
    {
        await Child.RunAsync(_temporary.Path, isKilled: true, ChildProgram.Leave, _zip, "kill");
        Assert.NotEmpty(Left());
        // Files that ML.NET itself wrote count as left behind only after some time.
        foreach (string file in Directory.GetFiles(_temporary.Path))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));

        await Child.RunAsync(_temporary.Path, isKilled: false, ChildProgram.Leave, _zip, "exit");

        Assert.Empty(Left());
    }

    [Fact]
    public async Task AnotherProcess_BesideAModelInUse_LeavesItsFiles()
    {
        using var model = ResNeXtTransformer.Load(_mlContext, _zip);
        using var loaded = (IDisposable)_mlContext.Model.Load(_zip, out _);
        foreach (string file in Directory.GetFiles(_temporary.Path))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));

        await Child.RunAsync(_temporary.Path, isKilled: false, ChildProgram.Leave, _zip, "exit");

        Assert.Equal(4, Models().Length);
        _mlContext.Model.Save(model, Rows().Schema, Path.Combine(_models.Path, "again.zip"));
    }

    // With the process's folder and its lock. ONNX Runtime keeps the number of its session in a file of its own, .ses.
    private string[] Left() =>
        [.. Directory.GetFileSystemEntries(_temporary.Path, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != ".ses")];

    private string[] Models() => [.. Left().Where(path => File.Exists(path) && Path.GetFileName(path) != "lock")];
}
