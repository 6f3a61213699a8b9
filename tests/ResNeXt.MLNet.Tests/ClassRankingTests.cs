using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests;

public sealed class ClassRankingTests
{
    private static readonly float[] Scores = [0.25f, 0.5f, 0.25f];

    [Fact]
    public void GetTopK_OfScores_NamesTheBestFirstAndOfEqualOnesTheEarlierClass()
    {
        Assert.Equal([new("across", 0.5f), new("along", 0.25f), new("board", 0.25f)], Classifier.GetTopK(Scores, 3));
        Assert.Equal([new("across", 0.5f), new("along", 0.25f)], Classifier.GetTopK(Scores, 2));
        Assert.Equal(3, Classifier.GetTopK(Scores, 100).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GetTopK_OfAScoreColumn_NamesTheClasses(bool reloaded)
    {
        var scored = Trained(reloaded).Transform(Rows());

        foreach ((float[] scores, uint key) in ResNeXtTrainerTests.Scores(scored).Zip(scored.GetColumn<uint>("PredictedLabel")))
            Assert.Equal(new RankedClass(Patterns.Names[key - 1], scores.Max()), scored.Schema["Score"].GetTopK(scores, 2)[0]);
    }

    [Fact]
    public void GetTopK_WithMistakes_SaysWhatIsAllowed()
    {
        Assert.Contains("At least one", Assert.Throws<ArgumentOutOfRangeException>(() => Classifier.GetTopK(Scores, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("2 scores for 3 classes", Assert.Throws<ArgumentException>(() => Classifier.GetTopK([1, 0], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'Planar' has no slot names",
            Assert.Throws<ArgumentException>(() => Rows().Schema["Planar"].GetTopK(Scores, 1)).Message, StringComparison.Ordinal);
    }

    private static ResNeXtTransformer Classifier => LastStep("Planar");
}
