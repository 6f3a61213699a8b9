using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Tool.Training;

namespace ResNeXt.Tool.Tests.Training;

public sealed class LearningRateViewTests
{
    [Fact]
    public void Of_ACurveThatExplodes_EndsSoonAfterTheRiseBegins()
    {
        // 2.5 at the start, down to 1, then a tail that is forty times as high.
        double[] losses = [2.5, 2.5, 2.4, 2, 1.5, 1.1, 1, 1.2, 2, 4, 20, 40];
        var view = LearningRateView.Of(Points(losses));

        Assert.Equal(10, view.Points.Count);
        Assert.Equal((1e-5, view.Points[^1].Rate), (view.LowestRate, view.HighestRate));
        Assert.InRange(view.HighestLoss, 2.6, 3.5);
        Assert.InRange(view.LowestLoss, 0.5, 0.9);
    }

    [Fact]
    public void Of_ACurveThatOnlyFalls_IsAllOfIt()
    {
        var view = LearningRateView.Of(Points([2, 1.9, 1.5, 1, 0.1]));

        Assert.Equal(5, view.Points.Count);
        Assert.Equal(0, view.LowestLoss);
    }

    [Fact]
    public void Of_ACurveThatNeverFalls_KeepsTheStartInSight()
    {
        var view = LearningRateView.Of(Points([2, 2, 2, 2, 3, 9]));

        Assert.Equal(5, view.Points.Count);
        Assert.InRange(view.HighestLoss, 2.05, 2.2);
        Assert.InRange(view.LowestLoss, 1.8, 1.95);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_ACurveThatIsNone_LeavesTheAxesToThePlot(int points) => Assert.True(double.IsNaN(LearningRateView.Of(Points(new double[points])).HighestRate));

    private static LearningRatePoint[] Points(double[] losses) => [.. losses.Select((loss, step) => new LearningRatePoint(1e-5 * Math.Pow(2, step), loss, loss))];
}
