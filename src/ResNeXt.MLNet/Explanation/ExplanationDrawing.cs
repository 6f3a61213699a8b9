using ResNeXt.MLNet.Images;
using SkiaSharp;
using static System.FormattableString;

namespace ResNeXt.MLNet.Explanation;

/// <summary>Draws an explanation: the picture, the heat laid over it, and the most probable classes as bars.</summary>
internal static class ExplanationDrawing
{
    private const int Margin = 20, PanelWidth = 300, LeastHeight = 380;
    private const int HeadHeight = 30, TextSize = 15, SmallSize = 13, HeadSize = 20;
    private const int BarHeight = 10, RowHeight = 48, LegendHeight = 12;

    private static readonly SKColor Ink = new(0x22, 0x22, 0x26), Pale = new(0x6A, 0x6A, 0x72), Track = new(0xE8, 0xE8, 0xEC);
    private static readonly SKColor Explained = new(0xDD, 0x51, 0x3A), Other = new(0x9A, 0x9A, 0xA4);

    /// <summary>Draws an explanation as a PNG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="heat">The heat.</param>
    /// <param name="className">The class that the heat is for.</param>
    /// <param name="doubt">Why the model does not know; null if the prediction has a label.</param>
    /// <param name="classes">The most probable classes, highest probability first.</param>
    public static byte[] ToPng(
        ScaledPicture picture, HeatMap heat, string className, string? doubt, IReadOnlyList<(string Label, float Score)> classes)
    {
        int height = Math.Max(LeastHeight, picture.Height + HeadHeight) + 2 * Margin, width = 2 * picture.Width + PanelWidth + 4 * Margin;
        using var sheet = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(SKColors.White);
        DrawPictures(canvas, picture, heat, className);
        DrawPanel(canvas, 2 * picture.Width + 3 * Margin, className, doubt, classes);
        DrawLegend(canvas, 2 * picture.Width + 3 * Margin, height - Margin - LegendHeight - 2 * SmallSize);
        canvas.Flush();
        // The fastest compression: the file is a few percent larger, and written several times faster.
        using SKPixmap pixels = sheet.PeekPixels();
        using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 3));
        return png.ToArray();
    }

    private static void DrawPictures(SKCanvas canvas, ScaledPicture picture, HeatMap heat, string className)
    {
        int overlayLeft = picture.Width + 2 * Margin, top = Margin + HeadHeight;
        Text(canvas, "Picture", Margin, Margin + TextSize, TextSize, Pale, picture.Width);
        Text(canvas, $"What speaks for \u201C{className}\u201D", overlayLeft, Margin + TextSize, TextSize, Pale, picture.Width);
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage plain = SKImage.FromPixelCopy(info, picture.Pixels);
        canvas.DrawImage(plain, Margin, top);
        using SKBitmap overlay = HeatOverlay.Draw(picture, heat);
        canvas.DrawBitmap(overlay, overlayLeft, top);
        using var border = new SKPaint { Color = Pale, Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
        using SKPathEffect dashes = SKPathEffect.CreateDash([4, 4], 0);
        border.PathEffect = dashes;
        SKRect seen = SKRect.Create(heat.Region.X, heat.Region.Y, heat.Region.Width, heat.Region.Height);
        canvas.DrawRect(Margin + seen.Left * picture.Scale, top + seen.Top * picture.Scale, seen.Width * picture.Scale, seen.Height * picture.Scale, border);
    }

    private static void DrawPanel(SKCanvas canvas, int left, string className, string? doubt, IReadOnlyList<(string Label, float Score)> classes)
    {
        Text(canvas, doubt is null ? classes[0].Label : "Don't know", left, Margin + HeadSize, HeadSize, Ink, PanelWidth, isBold: true);
        Text(canvas, doubt ?? Percent(classes[0].Score), left, Margin + HeadSize + 24, TextSize, Pale, PanelWidth);
        using var paint = new SKPaint { IsAntialias = true };
        for (int index = 0; index < classes.Count; index++)
        {
            (string label, float score) = classes[index];
            int top = Margin + HeadSize + 48 + index * RowHeight;
            string percent = Percent(score);
            float percentWidth = Width(percent, TextSize);
            Text(canvas, label, left, top + TextSize, TextSize, label == className ? Explained : Ink, PanelWidth - percentWidth - Margin / 2);
            Text(canvas, percent, left + PanelWidth - percentWidth, top + TextSize, TextSize, Ink, PanelWidth);
            paint.Color = Track;
            canvas.DrawRoundRect(left, top + TextSize + 8, PanelWidth, BarHeight, BarHeight / 2f, BarHeight / 2f, paint);
            paint.Color = label == className ? Explained : Other;
            canvas.DrawRoundRect(left, top + TextSize + 8, Math.Max(2, PanelWidth * score), BarHeight, BarHeight / 2f, BarHeight / 2f, paint);
        }
    }

    private static void DrawLegend(SKCanvas canvas, int left, int top)
    {
        using var paint = new SKPaint();
        for (int x = 0; x < PanelWidth; x++)
        {
            paint.Color = HeatColors.Of((float)x / (PanelWidth - 1));
            canvas.DrawRect(left + x, top, 1, LegendHeight, paint);
        }
        const string most = "most";
        Text(canvas, "little speaks for it", left, top + LegendHeight + SmallSize + 4, SmallSize, Pale, PanelWidth);
        Text(canvas, most, left + PanelWidth - Width(most, SmallSize), top + LegendHeight + SmallSize + 4, SmallSize, Pale, PanelWidth);
    }

    private static string Percent(float score) => Invariant($"{score * 100:F1} %");

    private static float Width(string text, int size)
    {
        using var paint = new SKPaint { TextSize = size };
        return paint.MeasureText(text);
    }

    private static void Text(SKCanvas canvas, string text, float left, float baseline, int size, SKColor color, float width, bool isBold = false)
    {
        using SKTypeface? typeface = SheetCaptions.TypefaceFor(text);
        using var paint = new SKPaint { Typeface = typeface, TextSize = size, IsAntialias = true, Color = color, FakeBoldText = isBold };
        canvas.DrawText(SheetCaptions.Shortened(text, paint, width), left, baseline, paint);
    }
}
