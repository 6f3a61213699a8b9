using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Views that are more than rows in memory: to train on and to score.</summary>
public sealed class ViewTests
{
    [Fact]
    public void Fit_OnFilteredView_TrainsOnWhatIsLeft()
    {
        IDataView filtered = MlContext.Data.FilterRowsByColumn(Rows(18), "Number", upperBound: 3);
        IDataView same = MlContext.Data.LoadFromEnumerable(Patterns.Make(18, seed: 1).Where(row => row.Number < 3));

        ITransformer model = Pipeline().Fit(filtered);

        Assert.Equal(12, Scores(model.Transform(filtered)).Length);
        Assert.Equal(Scores(Pipeline().Fit(same).Transform(same)), Scores(model.Transform(filtered)));
    }

    [Fact]
    public void Fit_OnShuffledView_TrainsOnTheOrderOfTheView()
    {
        IDataView shuffled = MlContext.Data.ShuffleRows(Rows(), seed: 5);
        IDataView cached = MlContext.Data.Cache(shuffled);

        Assert.Equal(Scores(Pipeline().Fit(cached).Transform(Rows())), Scores(Pipeline().Fit(shuffled).Transform(Rows())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OfFilteredOrShuffledView_ScoresEveryRowAsBefore(bool reloaded)
    {
        // Not the images: ShuffleRows leaves out columns that it cannot keep copies of.
        ITransformer model = Trained(reloaded);
        var expected = Scores(model.Transform(Rows())).Zip(Patterns.Make(12, seed: 1), (scores, row) => (row.Number, Key: scores[0])).ToHashSet();

        IDataView[] views = [MlContext.Data.ShuffleRows(Rows(), seed: 5), MlContext.Data.FilterRowsByColumn(Rows(), "Number", upperBound: 3)];
        foreach (IDataView view in views)
        {
            IDataView scored = model.Transform(view);
            HashSet<(float, float)> actual = Pairs(scored);
            Assert.Subset(expected, actual);
            Assert.NotEmpty(actual);
        }
    }

    [Fact]
    public void Fit_OnCachedAndOnUncachedView_GivesTheSameWeights() =>
        Assert.Equal(Scores(Trained(reloaded: false).Transform(Rows())), Scores(Pipeline().Fit(MlContext.Data.Cache(Rows())).Transform(Rows())));

    private static HashSet<(float Number, float Key)> Pairs(IDataView scored) =>
        [.. scored.GetColumn<float>("Number").Zip(Scores(scored), (number, scores) => (number, scores[0]))];
}
