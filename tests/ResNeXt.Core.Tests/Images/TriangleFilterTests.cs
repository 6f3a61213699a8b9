using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images;

public sealed class TriangleFilterTests
{
    [Theory]
    [InlineData(0, new[] { 3 / 7.0, 3 / 7.0, 1 / 7.0 })]
    [InlineData(1, new[] { 1 / 7.0, 3 / 7.0, 3 / 7.0 })]
    public void Weigh_HalfTheSize_FallsOffOverTwoPixels(int position, double[] expected)
    {
        var weights = new double[TriangleFilter.MostWeights(2)];

        (int first, int count) = TriangleFilter.Weigh((position + 0.5) * 2, scale: 2, length: 4, weights);

        Assert.Equal((position, 3), (first, count));
        Assert.All(expected.Zip(weights), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Weigh_TwiceTheSize_WeighsTheTwoNearest()
    {
        var weights = new double[TriangleFilter.MostWeights(0.5)];

        (int first, int count) = TriangleFilter.Weigh(center: 2.25, scale: 0.5, length: 10, weights);

        Assert.Equal((1, 2), (first, count));
        Assert.Equal([0.25, 0.75], weights[..2]);
    }

    [Fact]
    public void Weigh_AnySides_GivesWeightsThatFitAndAddUpToOne()
    {
        for (int from = 1; from <= 60; from++)
        {
            for (int to = 1; to <= 60; to++)
            {
                double scale = (double)from / to;
                var weights = new double[TriangleFilter.MostWeights(scale)];
                for (int position = 0; position < to; position++)
                {
                    (int first, int count) = TriangleFilter.Weigh((position + 0.5) * scale, scale, from, weights);
                    Assert.True(first >= 0 && count > 0 && first + count <= from && count <= weights.Length);
                    Assert.Equal(1, weights[..count].Sum(), 1e-12);
                }
            }
        }
    }
}
