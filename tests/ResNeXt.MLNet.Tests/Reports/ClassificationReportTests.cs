using Microsoft.ML;
using ResNeXt.MLNet.Reports;

namespace ResNeXt.MLNet.Tests.Reports;

public sealed class ClassificationReportTests
{
    private static readonly string[] Names = ["ant", "bee", "cow"];

    // Two ants right, one taken for a bee; one bee right, one taken for an ant; no cow, and nothing taken for one.
    private static readonly ScoredSet.Row[] Rows =
    [
        Row("ant", 0.9f, 0.1f, 0), Row("ant", 0.6f, 0.3f, 0.1f), Row("ant", 0.2f, 0.8f, 0),
        Row("bee", 0.1f, 0.7f, 0.2f), Row("bee", 0.5f, 0.25f, 0.25f),
    ];

    [Fact]
    public void Create_OfKnownScores_GivesTheMetrics()
    {
        ClassificationReport report = ClassificationReport.Create(ScoredSet.View(Names, Rows));

        Assert.Equal(5, report.Images);
        Assert.Equal(3 / 5.0, report.Accuracy, 1e-12);
        Assert.Equal((2 / 3.0 + 1 / 2.0) / 2, report.MacroAccuracy, 1e-12);
        Assert.Equal(1, report.TopFiveAccuracy);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.6) + Math.Log(0.2) + Math.Log(0.7) + Math.Log(0.25)) / 5, report.LogLoss, 1e-6);
        Assert.Equal([new("ant", 3, 3, 2), new("bee", 2, 2, 1), new("cow", 0, 0, 0)], report.Classes);
        Assert.Equal(2 / 3.0, report.Classes[0].F1, 1e-12);
        Assert.Equal(1 / 2.0, report.Classes[1].Precision, 1e-12);
        Assert.True(double.IsNaN(report.Classes[2].Recall));
        Assert.Equal([new("ant", "bee", 1), new("bee", "ant", 1)], report.ConfusedPairs);
        Assert.Equal((2, 1, 0), (report.CountOf(0, 0), report.CountOf(0, 1), report.CountOf(2, 1)));
        Assert.Equal(5, report.Probabilities.Count);
    }

    [Fact]
    public void Create_OfKnownScores_RanksMistakesAndHitsByProbability()
    {
        ClassificationReport report = ClassificationReport.Create(ScoredSet.View(Names, Rows));

        Assert.Equal([2, 4], report.Selection.CertainMistakes.Select(image => image.Row));
        Assert.Equal([1, 3, 0], report.Selection.UncertainHits.Select(image => image.Row));
        Assert.Equal([2], report.Selection.Cells[(0, 1)].Select(image => image.Row));
    }

    [Fact]
    public void Create_OfPaths_NamesImagesWithoutTheirCommonFolder()
    {
        ScoredSet.Row[] rows = [.. Rows];
        rows[0].ImagePath = "/home/somebody/set/ant/1.png";
        for (int index = 1; index < rows.Length; index++)
            rows[index].ImagePath = $"/home/somebody/set/ape/{index}.png";

        ClassificationReport report = ClassificationReport.Create(
            ScoredSet.View(Names, rows), new ClassificationReportOptions { MaximumPictures = 8 });

        Assert.All(report.Selection.CertainMistakes.Concat(report.Selection.UncertainHits), image => Assert.StartsWith("a", image.Name));
        Assert.True(report.Selection.Rows.Count <= 8);
    }

    [Fact]
    public void Create_OfUnsuitableRows_SaysWhatToDo()
    {
        Assert.Contains("no class that the model knows",
            Assert.Throws<InvalidDataException>(() => Create(Row("dog", 1, 0, 0))).Message);
        Assert.Contains("not finite", Assert.Throws<InvalidDataException>(() => Create(Row("ant", float.NaN, 0, 0))).Message);
        Assert.Contains("no rows", Assert.Throws<InvalidOperationException>(() => Create()).Message);
        Assert.Contains("'Nope'", Assert.Throws<InvalidOperationException>(() =>
            ClassificationReport.Create(ScoredSet.View(Names, Rows), new ClassificationReportOptions { ScoreColumnName = "Nope" })).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() =>
            ClassificationReport.Create(ScoredSet.View(Names, Rows), new ClassificationReportOptions { MaximumPictures = -1 })).Message);
    }

    [Fact]
    public void Create_OfLabelsAndScoresWithOtherClasses_IsRefused()
    {
        string message = Assert.Throws<InvalidOperationException>(
            () => ClassificationReport.Create(ScoredSet.View(Names, [.. Names[..^1], "wasp"], Rows))).Message;

        Assert.Contains("must have the same classes", message);
        Assert.Contains("wasp", message);
        Assert.NotNull(ClassificationReport.Create(ScoredSet.View(Names, Names, Rows)));
    }

    private static ClassificationReport Create(params ScoredSet.Row[] rows) => ClassificationReport.Create(ScoredSet.View(Names, rows));

    private static ScoredSet.Row Row(string label, params float[] scores) => new() { Label = label, Score = scores };
}
