using ImageClassification.Demo;
using SkiaSharp;

namespace ImageClassification.Tests.Demo;

public class ShapePainterTests
{
    [Fact]
    public void Paint_AnyShape_CoversAVisiblePartWithBrightPixels()
    {
        var painter = new ShapePainter(new Random(3));
        foreach (ShapeKind kind in Enum.GetValues<ShapeKind>())
        {
            for (int i = 0; i < 20; i++)
            {
                using SKBitmap bitmap = painter.Paint(kind);

                Assert.Equal((64, 64), (bitmap.Width, bitmap.Height));
                // Nothing but the shape is brighter than 135; the smallest one, a star, still has some 200 pixels.
                Assert.InRange(bitmap.Pixels.Count(pixel => Brightness(pixel) > 135), 150, 64 * 64 * 6 / 10);
            }
        }
    }

    [Fact]
    public void Paint_OneShapeTwice_DiffersInColourOrPlace()
    {
        var painter = new ShapePainter(new Random(3));
        using SKBitmap first = painter.Paint(ShapeKind.Star);
        using SKBitmap second = painter.Paint(ShapeKind.Star);

        int different = first.Pixels.Zip(second.Pixels).Count(pair => Math.Abs(Brightness(pair.First) - Brightness(pair.Second)) > 40);

        Assert.InRange(different, 200, 64 * 64);
    }

    private static float Brightness(SKColor color) => 0.299f * color.Red + 0.587f * color.Green + 0.114f * color.Blue;
}
