using SkiaSharp;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>The pixels of an image file as they are stored, in memory of their own.</summary>
/// <param name="bitmap">The pixels: red, green and blue, premultiplied, and alpha; owned by this.</param>
/// <param name="isOpaque">Whether the format has no transparent pixels.</param>
/// <param name="origin">The corner of the upright image at which the first pixel belongs.</param>
/// <param name="share">What the pixels take of the <see cref="PixelBudget"/>; owned by this.</param>
internal sealed class StoredImage(SKBitmap bitmap, bool isOpaque, SKEncodedOrigin origin, PixelBudget.Share? share) : IDisposable
{
    /// <summary>The pixels.</summary>
    public SKBitmap Bitmap => bitmap;

    /// <summary>The bytes of the pixels, in rows, from the top.</summary>
    public ReadOnlySpan<byte> Pixels => bitmap.GetPixelSpan();

    /// <summary>The width in pixels.</summary>
    public int Width => bitmap.Width;

    /// <summary>The height in pixels.</summary>
    public int Height => bitmap.Height;

    /// <summary>Makes the pixels opaque and upright. They are then no longer those of this, which still has its share of the budget.</summary>
    /// <returns>The upright image; the caller disposes of it.</returns>
    public SKBitmap ToUpright()
    {
        if (!isOpaque)
            PixelOrder.LayOverWhite(BitmapMemory.Pixels(bitmap));
        SKBitmap upright = PixelOrder.TurnUpright(bitmap, origin);
        if (upright != bitmap)
            bitmap.Dispose();
        bitmap = new SKBitmap();
        return upright;
    }

    public void Dispose()
    {
        bitmap.Dispose();
        share?.Dispose();
    }
}
