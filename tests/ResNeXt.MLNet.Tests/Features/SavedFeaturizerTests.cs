using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Features;
using static ResNeXt.MLNet.Tests.Features.ResNeXtFeaturizerTests;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Features;

public sealed class SavedFeaturizerTests
{
    [Fact]
    public void Save_OfReloadedModel_GivesTheSameAgain()
    {
        ITransformer model = FeaturePipelineTests.Pipeline("Image").Fit(Rows()), again = Reload(Reload(model, Rows().Schema), Rows().Schema);

        Assert.Equal(FeaturesOf(model.Transform(Rows())), FeaturesOf(again.Transform(Rows())));
        Assert.Equal(SlotNames(model.Transform(Rows()).Schema["Features"]), SlotNames(again.Transform(Rows()).Schema["Features"]));
    }

    [Fact]
    public void Save_WithDataLoader_LoadsBothAgain()
    {
        using var table = new TemporaryFile(name: "rows.tsv");
        File.WriteAllLines(table.Path, Patterns.Make(8, seed: 1).Select(row => string.Join('\t', row.Planar)));
        var loader = MlContext.Data.CreateTextLoader([new TextLoader.Column("Planar", DataKind.Single, 0, 3 * Patterns.Size * Patterns.Size - 1)]);
        IDataView rows = loader.Load(table.Path);
        ITransformer model = Featurizer("Planar").Fit(rows);
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(model, loader, file.Path);

        ITransformer loaded = new MLContext().Model.LoadWithDataLoader(file.Path, out IDataLoader<IMultiStreamSource> loadedLoader);

        Assert.Equal(FeaturesOf(model.Transform(rows)), FeaturesOf(loaded.Transform(loadedLoader.Load(new MultiFileSource(table.Path)))));
    }

    [Fact]
    public void Load_OfPipelineWithFeaturizerBehindATrainer_FindsTheTrainer()
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Pipeline().Append(Featurizer("Planar")).Fit(Rows()), Rows().Schema, file.Path);

        using ResNeXtTransformer classifier = ResNeXtTransformer.Load(MlContext, file.Path);

        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(classifier.Transform(Rows())));
    }

    [Fact]
    public void Load_OfPipelineWithNothingButAFeaturizer_SaysThatThereIsNoClassifier()
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Featurizer("Planar").Fit(Rows()), Rows().Schema, file.Path);

        var exception = Assert.Throws<InvalidDataException>(() => ResNeXtTransformer.Load(MlContext, file.Path));

        Assert.Contains("has no ResNeXt", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_DoesNothingMore()
    {
        ResNeXtFeaturizingTransformer model = Featurizer("Planar").Fit(Rows());

        model.Dispose();
        model.Dispose();
    }
}
