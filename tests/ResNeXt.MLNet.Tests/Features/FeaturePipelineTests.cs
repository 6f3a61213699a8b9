using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Tests.Operations;
using static ResNeXt.MLNet.Tests.Features.ResNeXtFeaturizerTests;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Features;

/// <summary>
/// What ML.NET's users do with a pipeline that has a featurizer; each with the fitted and, where there is one, with a reloaded model.
/// </summary>
public sealed class FeaturePipelineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Evaluate_OfTrainerOnFeatures_ScoresTheSame(bool reloaded)
    {
        ITransformer fitted = Pipeline("Planar").Fit(Rows(24));
        ITransformer model = ReloadIf(reloaded, fitted, Rows().Schema);

        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(model.Transform(Rows(24)));

        Assert.InRange(metrics.MicroAccuracy, 0.6, 1);
        Assert.Equal(Scores(fitted.Transform(Rows())), Scores(model.Transform(Rows())));
        Assert.Equal(Patterns.Names, SlotNames(model.Transform(Rows()).Schema["Score"]));
    }

    [Fact]
    public void CrossValidate_InThreeFolds_ScoresEveryRowOnce()
    {
        var results = MlContext.MulticlassClassification.CrossValidate(Rows(24), Pipeline("Planar"), numberOfFolds: 3);

        Assert.Equal(24, results.Sum(result => result.ScoredHoldOutSet.GetColumn<uint>("PredictedLabel").Count()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainTestSplit_TrainedOnOnePart_ScoresTheOther(bool reloaded)
    {
        var split = MlContext.Data.TrainTestSplit(Rows(30), testFraction: 0.3, seed: 1);
        ITransformer model = ReloadIf(reloaded, Pipeline("Planar").Fit(split.TrainSet), split.TrainSet.Schema);

        Assert.Equal(split.TestSet.GetColumn<string>("Label").Count(), Scores(model.Transform(split.TestSet)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PermutationFeatureImportance_OverFeatures_NamesEachFeature(bool reloaded)
    {
        ITransformer model = ReloadIf(reloaded, Pipeline("Planar", new() { Layer = "layer1" }).Fit(Rows(24)), Rows().Schema);

        var importance = MlContext.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(Rows(24)));

        Assert.Equal(Enumerable.Range(0, 16).Select(channel => $"layer1.{channel}"), importance.Keys.OrderBy(name => int.Parse(name[7..])));
        Assert.Contains(importance.Values, statistics => statistics.LogLoss.Mean != 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_OfTwoFeaturizersAndATrainer_KeepsTheirColumnsApart(bool reloaded)
    {
        IEstimator<ITransformer> pipeline = MlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(Featurizer("Image", output: "First")).Append(Trainer())
            .Append(Featurizer("Planar", new() { Layer = "layer2" }, "Second"));

        ITransformer model = ReloadIf(reloaded, pipeline.Fit(Rows()), Rows().Schema);
        IDataView data = model.Transform(Rows());

        Assert.Equal(FeaturesOf(Featurizer("Image").Fit(Rows()).Transform(Rows())), FeaturesOf(data, "First"));
        Assert.Equal(FeaturesOf(Featurizer("Planar", new() { Layer = "layer2" }).Fit(Rows()).Transform(Rows())), FeaturesOf(data, "Second"));
        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(data));
        Assert.DoesNotContain(data.Schema, column => !column.IsHidden && column.Name.StartsWith("ResNeXt.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_OfCustomMappingBeforeAndStockTransformsBehind_WorksOnFeatures(bool reloaded)
    {
        IEstimator<ITransformer> pipeline = MlContext.Transforms.CustomMapping(new Dimmed().GetMapping(), Dimmed.ContractName)
            .Append(Featurizer("Dim"))
            .Append(MlContext.Transforms.Concatenate("All", "Number", "Features"))
            .Append(MlContext.Transforms.NormalizeMinMax("Scaled", "Features"));

        ITransformer model = ReloadIf(reloaded, pipeline.Fit(Rows()), Rows().Schema);
        IDataView data = model.Transform(Rows());

        Assert.NotEqual(FeaturesOf(Featurizer("Planar").Fit(Rows()).Transform(Rows())), FeaturesOf(data));
        Assert.Equal(FeaturesOf(data).Select(features => features[5]), FeaturesOf(data, "All").Select(all => all[6]));
        Assert.Equal("Features.avgpool.5", SlotNames(data.Schema["All"])[6]);
        Assert.Equal("avgpool.5", SlotNames(data.Schema["Scaled"])[5]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OnMoreAndReorderedColumns_GivesTheSame(bool reloaded)
    {
        IDataView reordered = MlContext.Transforms.CopyColumns("Extra", "Number")
            .Append(MlContext.Transforms.SelectColumns("Label", "Extra", "Planar", "Interleaved")).Fit(Rows()).Transform(Rows());
        ITransformer model = ReloadIf(reloaded, Featurizer("Planar").Fit(Rows()), Rows().Schema);

        Assert.Equal(FeaturesOf(model.Transform(Rows())), FeaturesOf(model.Transform(reordered)));
        Assert.Equal(["Label", "Extra", "Planar", "Interleaved", "Features"],
            model.Transform(reordered).Schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_OfImages_EqualsTransform(bool reloaded)
    {
        ITransformer model = ReloadIf(reloaded, Featurizer("Image").Fit(Rows()), Rows().Schema);
        using var engine = MlContext.Model.CreatePredictionEngine<Patterns.Row, Description>(model);

        float[][] features = [.. Patterns.Make(4, seed: 3).Select(row => engine.Predict(row).Features)];

        Assert.Equal(FeaturesOf(model.Transform(Rows(4, seed: 3))), features);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IsRowToRowMapper_Always_HoldsAndTheMapperGivesFeatures(bool reloaded)
    {
        ITransformer model = ReloadIf(reloaded, Featurizer("Image").Fit(Rows()), Rows().Schema);

        Assert.True(model.IsRowToRowMapper);
        Assert.Contains(model.GetRowToRowMapper(Rows().Schema).OutputSchema, column => column.Name == "Features");
        Assert.Contains(model.Transform(Rows()).Preview(maxRows: 2).RowView[0].Values, value => value.Key == "Features");
    }

    [Theory]
    [InlineData("conv1.weight")]
    [InlineData("avgpool")]
    [InlineData("Planar")]
    public void Fit_WithOutputOfAnyName_UsesItBeforeAndAfterReload(string output)
    {
        ITransformer model = Featurizer("Planar", output: output).Fit(Rows());

        float[][] expected = FeaturesOf(Featurizer("Planar").Fit(Rows()).Transform(Rows()));
        Assert.Equal(expected, FeaturesOf(model.Transform(Rows()), output));
        Assert.Equal(expected, FeaturesOf(Reload(model, Rows().Schema).Transform(Rows()), output));
    }

    /// <summary>A linear classifier on features.</summary>
    internal static IEstimator<ITransformer> Pipeline(string column, FeaturizerOptions? options = null) =>
        MlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(Featurizer(column, options))
            .AppendCacheCheckpoint(MlContext)
            .Append(MlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

    private sealed class Description
    {
        public float[] Features { get; set; } = [];
    }
}
