using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>What ML.NET's users do with a pipeline and its model; each with the fitted and, where there is one, with a reloaded model.</summary>
public sealed class PipelineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Evaluate_WithTopK_CountsTheRightClassAmongTheFirst(bool reloaded)
    {
        IDataView scored = Trained(reloaded).Transform(Rows(20, seed: 4));

        MulticlassClassificationMetrics metrics = MlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: 3);

        Assert.Equal(1, metrics.TopKAccuracy, 1e-9);
        Assert.Equal(metrics.MicroAccuracy, metrics.TopKAccuracyForAllK[0], 1e-9);
        Assert.Equal(LogLoss(scored), metrics.LogLoss, 1e-5);
        Assert.Equal(20, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
    }

    [Fact]
    public void CrossValidate_InThreeFolds_ScoresEveryRowOnce()
    {
        var results = MlContext.MulticlassClassification.CrossValidate(Rows(24), Pipeline(), numberOfFolds: 3);

        Assert.Equal(3, results.Count);
        Assert.Equal(24, results.Sum(result => result.ScoredHoldOutSet.GetColumn<uint>("PredictedLabel").Count()));
        Assert.All(results, result => Assert.InRange(result.Metrics.LogLoss, 0, 100));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainTestSplit_TrainedOnOnePart_ScoresTheOther(bool reloaded)
    {
        var split = MlContext.Data.TrainTestSplit(Rows(30), testFraction: 0.3, seed: 1);
        ITransformer model = ReloadIf(reloaded, Pipeline().Fit(split.TrainSet), split.TrainSet.Schema);

        int rows = split.TestSet.GetColumn<string>("Label").Count();

        Assert.InRange(rows, 1, 29);
        Assert.Equal(rows, Scores(model.Transform(split.TestSet)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_BehindAndBefore_ScoresLikeTheModelAlone(bool reloaded)
    {
        float[][] expected = Scores(Pipeline(Options("Pixels")).Fit(Renamed()).Transform(Renamed()));
        IEstimator<ITransformer> pipeline = MlContext.Transforms.CopyColumns("Pixels", "Planar")
            .Append(Pipeline(Options("Pixels")))
            .Append(MlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"))
            .Append(MlContext.Transforms.CopyColumns("Probabilities", "Score"));

        ITransformer model = ReloadIf(reloaded, pipeline.Fit(Rows()), Rows().Schema);
        IDataView scored = model.Transform(Rows());

        Assert.Equal(expected, scored.GetColumn<float[]>("Probabilities"));
        Assert.Equal(expected.Select(Best), scored.GetColumn<string>("Name"));
        Assert.Equal(Patterns.Names, SlotNames(scored.Schema["Probabilities"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_OfCustomMappingBehind_SeesScoreAndPredictedLabel(bool reloaded)
    {
        IEstimator<ITransformer> pipeline = Pipeline()
            .Append(MlContext.Transforms.CustomMapping(new Confidence().GetMapping(), Confidence.ContractName));

        ITransformer model = ReloadIf(reloaded, pipeline.Fit(Rows()), Rows().Schema);
        IDataView scored = model.Transform(Rows());

        Assert.Equal(Scores(scored).Select(scores => scores.Max()), scored.GetColumn<float>("Highest"));
        Assert.Equal(Scores(scored).Select(scores => (uint)Array.IndexOf(scores, scores.Max()) + 1), scored.GetColumn<uint>("Key"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_OfCustomMappingBefore_TrainsAndScoresOnWhatItMakes(bool reloaded)
    {
        IEstimator<ITransformer> dimming = MlContext.Transforms.CustomMapping(new Dimmed().GetMapping(), Dimmed.ContractName);
        IDataView dimmed = dimming.Fit(Rows()).Transform(Rows());

        ITransformer model = ReloadIf(reloaded, dimming.Append(Pipeline(Options("Dim"))).Fit(Rows()), Rows().Schema);

        Assert.Equal(Scores(Pipeline(Options("Dim")).Fit(dimmed).Transform(dimmed)), Scores(model.Transform(Rows())));
    }

    [Fact]
    public void Append_OfTwoTrainers_KeepsTheirColumnsApart()
    {
        IEstimator<ITransformer> pipeline = Pipeline(Options() with { ScoreColumnName = "First", PredictedLabelColumnName = "FirstLabel" })
            .Append(Trainer(Options("Image") with { ScoreColumnName = "Second", PredictedLabelColumnName = "SecondLabel", Seed = 9 }));

        ITransformer model = pipeline.Fit(Rows());
        IDataView scored = model.Transform(Rows()), reloaded = Reload(model, Rows().Schema).Transform(Rows());

        Assert.NotEqual(scored.GetColumn<float[]>("First"), scored.GetColumn<float[]>("Second"));
        foreach (string column in (string[])["First", "Second"])
        {
            Assert.Equal(scored.GetColumn<float[]>(column), reloaded.GetColumn<float[]>(column));
            Assert.Equal(scored.GetColumn<float[]>(column).Select(Best), Names(reloaded, $"{column}Label"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Preview_OfScoredRows_ShowsThem(bool reloaded)
    {
        DataDebuggerPreview preview = Trained(reloaded).Transform(Rows()).Preview(maxRows: 4);

        Assert.Equal(4, preview.RowView.Length);
        Assert.Contains(preview.RowView[0].Values, value => value.Key == "Score");
        Assert.Contains(preview.ColumnView, column => column.Column.Name == "PredictedLabel");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OnAnyRow_GivesProbabilities(bool reloaded) =>
        Assert.All(Scores(Trained(reloaded, "Image").Transform(Rows(20, seed: 8))), scores =>
        {
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.All(scores, score => Assert.InRange(score, 0, 1));
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IsRowToRowMapper_Always_HoldsAndTheMapperScores(bool reloaded)
    {
        ITransformer model = Trained(reloaded);

        Assert.True(model.IsRowToRowMapper);
        Assert.Contains(model.GetRowToRowMapper(Rows().Schema).OutputSchema, column => column.Name == "Score");
    }

    private static IDataView Renamed() => MlContext.Transforms.CopyColumns("Pixels", "Planar").Fit(Rows()).Transform(Rows());

    private static string Best(float[] scores) => Patterns.Names[Array.IndexOf(scores, scores.Max())];

    private static IEnumerable<string> Names(IDataView scored, string column) =>
        MlContext.Transforms.Conversion.MapKeyToValue("Name", column).Fit(scored).Transform(scored).GetColumn<string>("Name");

    private static double LogLoss(IDataView scored) =>
        Scores(scored).Zip(scored.GetColumn<uint>("Label"), (scores, label) => -Math.Log(scores[label - 1])).Average();
}
