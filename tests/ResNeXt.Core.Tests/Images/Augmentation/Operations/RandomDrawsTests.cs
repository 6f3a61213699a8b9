using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class RandomDrawsTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.7)]
    [InlineData(1)]
    [InlineData(5)]
    public void NextBeta_OverManyDraws_HasTheDistributionsMoments(double alpha)
    {
        var random = new Random(1);
        double[] draws = [.. Enumerable.Range(0, 40_000).Select(_ => random.NextBeta(alpha) - 0.5)];

        double variance = 1 / (4 * (2 * alpha + 1));
        Assert.All(draws, draw => Assert.InRange(draw, -0.5, 0.5));
        Assert.Equal(0, draws.Average(), 0.01);
        Assert.Equal(variance, draws.Average(draw => draw * draw), 0.03 * variance + 0.001);
        // The excess kurtosis of Beta(a, a) is -6 / (2a + 3).
        Assert.Equal(3 - 6 / (2 * alpha + 3), draws.Average(draw => Math.Pow(draw, 4)) / (variance * variance), 0.1);
    }

    [Theory]
    [InlineData(1e-40)]
    [InlineData(1e-4)]
    public void NextBeta_OfATinyAlpha_IsNearlyAlwaysAnEnd(double alpha)
    {
        var random = new Random(1);
        double[] draws = [.. Enumerable.Range(0, 1000).Select(_ => random.NextBeta(alpha))];

        Assert.InRange(draws.Count(draw => draw < 1e-6), 400, 600);
        Assert.InRange(draws.Count(draw => draw > 1 - 1e-6), 400, 600);
    }

    [Fact]
    public void NextChance_OfNothing_TakesNoDraw()
    {
        Random random = new(1), other = new(1);

        Assert.False(random.NextChance(0));
        Assert.Equal(other.Next(), random.Next());
        Assert.True(random.NextChance(1));
    }
}
