using SkiaSharp;

namespace ImageClassification.Demo;

/// <summary>Paints one shape anywhere, in any size, angle and color, amid lines, dots and noise: hard for a linear model, easy for the eye.</summary>
/// <remarks>All randomness comes from the generator given, in a fixed order, so one seed always paints the same images.</remarks>
public sealed class ShapePainter(Random random)
{
    /// <summary>Width and height of an image, in pixels.</summary>
    public const int Side = 64;

    // Brightness runs from 0 to 255. The gap keeps every shape visible, and lets a small network learn from 1,200 images: with shapes both darker
    // and lighter than the background it needs far more.
    private const float DarkestShape = 150;
    private const float BrightestClutter = 120;
    private const float BrightestBackground = 100;
    private const int NoiseAmplitude = 12;

    /// <summary>A new image, which the caller disposes.</summary>
    public SKBitmap Paint(ShapeKind kind)
    {
        var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(ColorBetween(0, BrightestBackground));
            for (int i = random.Next(3, 8); i > 0; i--)
                PaintLine(canvas);
            for (int i = random.Next(4, 12); i > 0; i--)
                PaintDot(canvas);
            PaintShape(canvas, kind);
        }
        AddNoise(bitmap);
        return bitmap;
    }

    private void PaintShape(SKCanvas canvas, ShapeKind kind)
    {
        float radius = Between(14, 26);
        float x = Between(radius, Side - radius);
        float y = Between(radius, Side - radius);
        using SKPath outline = ShapeOutlines.Create(kind);
        outline.Transform(SKMatrix.CreateScale(radius, radius)
            .PostConcat(SKMatrix.CreateRotation(Between(0, MathF.Tau)))
            .PostConcat(SKMatrix.CreateTranslation(x, y)));
        using var paint = new SKPaint { Color = ColorBetween(DarkestShape, 255), IsAntialias = true };
        canvas.DrawPath(outline, paint);
    }

    private void PaintLine(SKCanvas canvas)
    {
        using var paint = new SKPaint { Color = ColorBetween(0, BrightestClutter), IsAntialias = true, StrokeWidth = Between(1, 2.5f) };
        canvas.DrawLine(Between(0, Side), Between(0, Side), Between(0, Side), Between(0, Side), paint);
    }

    private void PaintDot(SKCanvas canvas)
    {
        using var paint = new SKPaint { Color = ColorBetween(0, BrightestClutter), IsAntialias = true };
        canvas.DrawCircle(Between(0, Side), Between(0, Side), Between(1, 3), paint);
    }

    private void AddNoise(SKBitmap bitmap)
    {
        bitmap.Pixels = Array.ConvertAll(bitmap.Pixels, pixel => new SKColor(Noisy(pixel.Red), Noisy(pixel.Green), Noisy(pixel.Blue)));
    }

    private byte Noisy(byte value) => (byte)Math.Clamp(value + random.Next(-NoiseAmplitude, NoiseAmplitude + 1), 0, 255);

    private SKColor ColorBetween(float darkest, float brightest)
    {
        SKColor color;
        do
            color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
        while (Brightness(color) < darkest || Brightness(color) > brightest);
        return color;
    }

    private static float Brightness(SKColor color) => 0.299f * color.Red + 0.587f * color.Green + 0.114f * color.Blue;

    private float Between(float low, float high) => low + (high - low) * random.NextSingle();
}
