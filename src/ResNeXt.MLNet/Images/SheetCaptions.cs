using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>The captions of a contact sheet: of its columns, at the top, and of its rows, above each row.</summary>
/// <param name="Columns">The captions of the columns.</param>
/// <param name="Rows">The captions of the rows, which may be as long as a row.</param>
internal sealed record SheetCaptions(IReadOnlyList<string> Columns, IReadOnlyList<string> Rows)
{
    /// <summary>The height of a line of captions, in pixels.</summary>
    internal const int Height = 18;

    private const int TextSize = 13, Baseline = 13;
    private const string Ellipsis = "...";

    /// <summary>Draws the captions on a copy of a sheet that has room for them.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="left">The left edge of the first column, in pixels.</param>
    /// <param name="columnWidth">The distance from column to column, in pixels.</param>
    /// <param name="rowHeight">The distance from row to row, in pixels, with the row's caption.</param>
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

    /// <summary>Finds a typeface for a text; null for the default one. Class names may be in any script, and the default typeface has only some.</summary>
    internal static SKTypeface? TypefaceFor(string text) =>
        text.EnumerateRunes().Where(rune => !rune.IsAscii).Select(rune => SKFontManager.Default.MatchCharacter(rune.Value))
            .FirstOrDefault(found => found is not null);

    /// <summary>Shortens a text, with an ellipsis, to a width in pixels.</summary>
    internal static string Shortened(string text, SKPaint paint, float width) =>
        paint.MeasureText(text) <= width ? text : text[..(int)paint.BreakText(text, width - paint.MeasureText(Ellipsis))] + Ellipsis;
}
