using System.Drawing;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Explanation;

namespace ResNeXt.MLNet.Tests.Explanation;

public sealed class HeatMapTests
{
    private static readonly ImageShape Square = new(3, 32, 32);

    [Fact]
    public void Of_AMap_IsRelativeToTheLargestAndWithoutWhatSpeaksAgainst()
    {
        HeatMap heat = HeatMap.Of([-1, 2, 4, 0], 2, 32, 32, Square);

        Assert.Equal([0, 0.5f, 1, 0], heat.Values);
        Assert.Equal((2, 2), (heat.Width, heat.Height));
    }

    [Fact]
    public void Of_AMapWithNothingThatSpeaksForTheClass_IsZero() => Assert.Equal([0, 0], HeatMap.Of([-1, 0], 2, 32, 32, Square).Values);

    [Theory]
    [InlineData(200, 100, 50, 0, 100, 100)]
    [InlineData(100, 300, 0, 100, 100, 100)]
    [InlineData(64, 64, 0, 0, 64, 64)]
    public void Region_OfAnImage_IsItsMiddle(int width, int height, float left, float top, float regionWidth, float regionHeight) =>
        Assert.Equal(new RectangleF(left, top, regionWidth, regionHeight), HeatMap.Of([1], 1, width, height, Square).Region);

    [Fact]
    public void At_APlaceOfTheImage_InterpolatesBetweenTheCenters()
    {
        // The middle 100 pixels of 200 have a map of 2 x 1: centers at 75 and 125.
        HeatMap heat = HeatMap.Of([0, 1], 2, 200, 100, Square);

        Assert.Equal(0, heat.At(75, 50), 1e-6f);
        Assert.Equal(0.5f, heat.At(100, 50), 1e-6f);
        Assert.Equal(1, heat.At(125, 20), 1e-6f);
        Assert.Equal(1, heat.At(149, 99), 1e-6f);
        Assert.Equal(0, heat.At(151, 50));
        Assert.Equal(0, heat.At(float.NaN, 50));
    }
}
