using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

public sealed class SavedModelTests
{
    [Fact]
    public void Save_WithDataLoader_LoadsBothAgain()
    {
        using var rows = new TemporaryFile(name: "rows.tsv");
        using var file = new TemporaryFile(name: "model.zip");
        File.WriteAllLines(rows.Path, Patterns.Make(12, seed: 1).Select(row => $"{row.Label}\t{string.Join('\t', row.Planar)}"));
        var loader = MlContext.Data.CreateTextLoader([new("Label", DataKind.String, 0), new("Planar", DataKind.Single, 1, 768)]);
        IDataView data = loader.Load(rows.Path);
        ITransformer model = Pipeline().Fit(data);

        MlContext.Model.Save(model, loader, file.Path);
        var composite = MlContext.Model.LoadWithDataLoader(file.Path, out IDataLoader<IMultiStreamSource> loadedLoader);
        IDataView scored = composite.Transform(loadedLoader.Load(new MultiFileSource(rows.Path)));

        Assert.Equal(Scores(model.Transform(data)), Scores(scored));
        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(scored));
    }

    [Fact]
    public void Save_OfReloadedModel_ScoresTheSameAgain()
    {
        ITransformer again = Reload(Trained(reloaded: true, "Image"), Rows().Schema);

        Assert.Equal(Scores(Trained(reloaded: false, "Image").Transform(Rows())), Scores(again.Transform(Rows())));
    }

    [Fact]
    public void Save_OfTheTransformerAlone_LoadsIt()
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());

        Assert.Equal(Scores(model.Transform(Rows())), Scores(Reload(model, KeyedRows().Schema).Transform(Rows())));
    }

    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    [InlineData("Image")]
    public void Load_OfPipelineWithTransformsAround_GivesTheTrainedPart(string column)
    {
        using var file = new TemporaryFile(name: "model.zip");
        IEstimator<ITransformer> pipeline = MlContext.Transforms.CopyColumns("Mine", column).Append(Pipeline(Options("Mine")))
            .Append(MlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        ITransformer whole = pipeline.Fit(Rows());
        MlContext.Model.Save(whole, Rows().Schema, file.Path);

        using ResNeXtTransformer part = ResNeXtTransformer.Load(new MLContext(), file.Path);

        IDataView renamed = MlContext.Transforms.CopyColumns("Mine", column).Fit(Rows()).Transform(Rows());
        Assert.Equal(Scores(whole.Transform(Rows())), Scores(part.Transform(renamed)));
        Assert.Equal("resnet20_cifar", part.Architecture.Name);
        Assert.Equal(Patterns.Names, part.ClassNames);
        Assert.Empty(part.Epochs);
        Assert.Equal(Patterns.Names, KeyValues(part.Transform(renamed).Schema["PredictedLabel"]));
    }

    [Fact]
    public void Load_OfPipelineWithoutResNeXt_SaysSo()
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(MlContext.Transforms.CopyColumns("Copy", "Number").Fit(Rows()), Rows().Schema, file.Path);

        AssertRefuses(file.Path, "has no ResNeXt");
    }

    [Theory]
    [InlineData("", "is not a saved model")]
    [InlineData("This is no zip at all.", "is not a saved model")]
    [InlineData("PK\u0003\u0004 neither is this", "is cut off")]
    public void Load_OfGarbage_SaysSo(string content, string reason)
    {
        using var file = new TemporaryFile(System.Text.Encoding.Latin1.GetBytes(content), "model.zip");

        AssertRefuses(file.Path, reason);
    }

    [Fact]
    public void Load_OfModelCutOff_SaysSo()
    {
        using var whole = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Trained(reloaded: false), Rows().Schema, whole.Path);
        byte[] bytes = File.ReadAllBytes(whole.Path);
        using var file = new TemporaryFile(bytes[..(bytes.Length / 2)], "model.zip");

        AssertRefuses(file.Path, "is cut off");
    }

    [Fact]
    public void Load_OfMissingFile_NamesIt()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => ResNeXtTransformer.Load(MlContext, "/nowhere/model.zip"));

        Assert.Contains("'/nowhere/model.zip'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_DoesNothingMore()
    {
        ResNeXtTransformer model = Trainer().Fit(KeyedRows());

        model.Dispose();
        model.Dispose();
    }

    private static void AssertRefuses(string path, string reason)
    {
        var exception = Assert.Throws<InvalidDataException>(() => ResNeXtTransformer.Load(MlContext, path));
        Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
