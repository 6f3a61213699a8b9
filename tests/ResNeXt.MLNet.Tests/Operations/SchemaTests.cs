using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Tests.Schema;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("numbers")]
    [InlineData("keys of bytes")]
    [InlineData("keys without values")]
    public void GetOutputSchema_BeforeFit_EqualsWhatFitProduces(string labels)
    {
        IDataView data = KeysOf(labels);
        ResNeXtTrainer trainer = Trainer(Options() with { LabelColumnName = "Key" });

        SchemaShape before = trainer.GetOutputSchema(ShapeOf.Data(data));
        using ResNeXtTransformer model = trainer.Fit(data);

        Assert.Equal(ShapeOf.Describe(ShapeOf.Data(model.Transform(data))), ShapeOf.Describe(before));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("numbers")]
    [InlineData("keys of bytes")]
    [InlineData("keys without values")]
    public void Fit_WithMapKeyToValueBehind_GivesTheClassItself(string labels)
    {
        IDataView data = KeysOf(labels);
        IEstimator<ITransformer> pipeline = new EstimatorChain<ITransformer>().Append(Trainer(Options() with { LabelColumnName = "Key" }))
            .Append(MlContext.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel"))
            .Append(MlContext.Transforms.Conversion.ConvertType("Value", outputKind: DataKind.String));

        ITransformer model = pipeline.Fit(data);
        string[] values = [.. model.Transform(data).GetColumn<string>("Value")];

        Assert.Equal(values, Reload(model, data.Schema).Transform(data).GetColumn<string>("Value"));
        string[] possible = labels switch
        {
            "text" => Patterns.Names,
            "numbers" => ["0.1", "1.6", "3.1"],
            _ => ["0", "1", "2"],
        };
        Assert.All(values, value => Assert.Contains(value, possible));
    }

    [Fact]
    public void Fit_WithOtherNamesForAllColumns_UsesThemBeforeAndAfterReload()
    {
        ResNeXtTrainer.Options options = Options("My pixels") with
        {
            LabelColumnName = "Die Größe",
            ScoreColumnName = "p(class)",
            PredictedLabelColumnName = "Guess, best",
        };
        var pipeline = MlContext.Transforms.CopyColumns("My pixels", "Planar")
            .Append(MlContext.Transforms.Conversion.MapValueToKey("Die Größe", "Label")).Append(Trainer(options));

        ITransformer model = pipeline.Fit(Rows());
        IDataView scored = model.Transform(Rows()), reloaded = Reload(model, Rows().Schema).Transform(Rows());

        Assert.Equal(scored.GetColumn<float[]>("p(class)"), reloaded.GetColumn<float[]>("p(class)"));
        Assert.Equal(Patterns.Names, SlotNames(reloaded.Schema["p(class)"]));
        Assert.Equal(Patterns.Names, KeyValues(reloaded.Schema["Guess, best"]));
        Assert.Null(reloaded.Schema.GetColumnOrNull("Score"));
        Assert.InRange(MlContext.MulticlassClassification.Evaluate(reloaded, "Die Größe", "p(class)", "Guess, best").LogLoss, 0, 100);
    }

    [Theory]
    [InlineData("normalized", "relu")]
    [InlineData("logits", "class_names")]
    [InlineData("conv1.weight", "features")]
    [InlineData("predicted_index", "logits")]
    public void Fit_WithColumnsNamedLikeTensorsOfTheGraph_KeepsThemApart(string feature, string score)
    {
        var pipeline = MlContext.Transforms.CopyColumns(feature, "Planar").Append(Pipeline(Options(feature) with { ScoreColumnName = score }));

        ITransformer model = pipeline.Fit(Rows());

        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), model.Transform(Rows()).GetColumn<float[]>(score));
        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Reload(model, Rows().Schema).Transform(Rows()).GetColumn<float[]>(score));
        Assert.Equal(Patterns.Names, SlotNames(model.Transform(Rows()).Schema[score]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OnMoreAndReorderedColumns_ScoresTheSame(bool reloaded)
    {
        IDataView rows = Rows();
        IDataView reordered = MlContext.Transforms.CopyColumns("Extra", "Number").Append(MlContext.Transforms.CopyColumns("Twin", "Planar"))
            .Append(MlContext.Transforms.SelectColumns("Twin", "Label", "Extra", "Planar", "Interleaved")).Fit(rows).Transform(rows);
        ITransformer model = Trained(reloaded);

        IDataView scored = model.Transform(reordered);

        Assert.Equal(Scores(model.Transform(rows)), Scores(scored));
        Assert.Equal(Patterns.Make(12, seed: 1).Select(row => row.Number), scored.GetColumn<float>("Extra"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_Always_AddsTwoColumnsAndNoTemporaryOnes(bool reloaded)
    {
        IEnumerable<string> visible = Trained(reloaded, "Image").GetOutputSchema(Rows().Schema)
            .Where(column => !column.IsHidden).Select(column => column.Name);

        Assert.Equal([.. Rows().Schema.Select(column => column.Name), "Score", "PredictedLabel"], visible);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Schema_OfScoredRows_NamesTheClasses(bool reloaded)
    {
        DataViewSchema schema = Trained(reloaded, "Image").Transform(Rows()).Schema;

        Assert.Equal(Patterns.Names, SlotNames(schema["Score"]));
        Assert.Equal(Patterns.Names, KeyValues(schema["PredictedLabel"]));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), schema["PredictedLabel"].Type);
        Assert.Equal(3, ((VectorDataViewType)schema["Score"].Type).Size);
    }

    private static IDataView KeysOf(string labels)
    {
        IDataView keys = KeyRow.Rows();
        return labels switch
        {
            "text" => MlContext.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(Rows()).Transform(Rows()),
            "numbers" => MlContext.Transforms.Conversion.MapValueToKey("Key", "Number").Fit(Rows()).Transform(Rows()),
            "keys of bytes" => MlContext.Transforms.CopyColumns("Key", "Byte").Fit(keys).Transform(keys),
            _ => MlContext.Transforms.CopyColumns("Key", "UInt").Fit(keys).Transform(keys),
        };
    }
}
