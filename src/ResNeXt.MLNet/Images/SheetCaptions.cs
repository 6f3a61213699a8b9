using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>What a contact sheet says of its columns, on top, and of its rows, above each.</summary>
/// <param name="Columns">A caption per column.</param>
/// <param name="Rows">A caption per row, which may be as long as the row.</param>
internal sealed record SheetCaptions(IReadOnlyList<string> Columns, IReadOnlyList<string> Rows)
{
    /// <summary>Pixels that a line of captions takes.</summary>
    internal const int Height = 18;

    private const int TextSize = 13, Baseline = 13;
    private const string Ellipsis = "...";

    /// <summary>Writes the captions on a copy of a sheet with room for them.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="left">Where the first column begins, in pixels.</param>
    /// <param name="columnWidth">From column to column, in pixels.</param>
    /// <param name="rowHeight">From row to row, in pixels, the row's caption included.</param>
    public SKImage DrawOn(SKImage sheet, int left, int columnWidth, int rowHeight)
    {
        using SKBitmap bitmap = SKBitmap.FromImage(sheet);
        using var canvas = new SKCanvas(bitmap);
        for (int column = 0; column < Columns.Count; column++)
            Draw(canvas, Columns[column], left + column * columnWidth, top: 0, columnWidth - left, SKColors.Gray);
        for (int row = 0; row < Rows.Count; row++)
            Draw(canvas, Rows[row], left, Height + row * rowHeight, sheet.Width - 2 * left, SKColors.Black);
        canvas.Flush();
        return SKImage.FromBitmap(bitmap);
    }

    private static void Draw(SKCanvas canvas, string text, float left, float top, float width, SKColor color)
    {
        using SKTypeface? typeface = TypefaceFor(text);
        using var paint = new SKPaint { Typeface = typeface, TextSize = TextSize, IsAntialias = true, Color = color };
        canvas.DrawText(Shortened(text, paint, width), left, top + Baseline, paint);
    }

    // Class names may be in any script; the default typeface has but some.
    private static SKTypeface? TypefaceFor(string text) =>
        text.EnumerateRunes().Where(rune => !rune.IsAscii).Select(rune => SKFontManager.Default.MatchCharacter(rune.Value)).FirstOrDefault(found => found is not null);

    private static string Shortened(string text, SKPaint paint, float width) =>
        paint.MeasureText(text) <= width ? text : text[..(int)paint.BreakText(text, width - paint.MeasureText(Ellipsis))] + Ellipsis;
}
