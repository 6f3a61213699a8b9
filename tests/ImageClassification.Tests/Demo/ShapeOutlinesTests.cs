using ImageClassification.Demo;
using SkiaSharp;

namespace ImageClassification.Tests.Demo;

public class ShapeOutlinesTests
{
    [Theory]
    [InlineData(ShapeKind.Circle, true)]
    [InlineData(ShapeKind.Cross, true)]
    [InlineData(ShapeKind.Ring, false)]
    [InlineData(ShapeKind.Square, true)]
    [InlineData(ShapeKind.Star, true)]
    [InlineData(ShapeKind.Triangle, true)]
    public void Create_AnyShape_FillsTheUnitCircleWithoutLeavingItAndOnlyTheRingIsHollow(ShapeKind kind, bool filled)
    {
        using SKPath outline = ShapeOutlines.Create(kind);
        SKRect bounds = outline.TightBounds;

        Assert.Equal(filled, outline.Contains(0, 0));
        Assert.InRange(bounds.Left, -1.001f, -0.8f);
        Assert.InRange(bounds.Right, 0.8f, 1.001f);
        Assert.InRange(bounds.Top, -1.001f, -0.8f);
        Assert.InRange(bounds.Bottom, 0.49f, 1.001f);
    }
}
