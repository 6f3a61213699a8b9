using System.Security.Cryptography;
using SkiaSharp;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>Decodes the pixels of an image file, and refuses files that are cut off.</summary>
internal static class EncodedPixels
{
    private const string CutOff = "it is cut off before its end";

    // The decoder looks up to eight bytes ahead, so it would not finish a scan that nothing follows. In no table do all ones have a meaning.
    private static readonly byte[] AfterSingleScan = [.. Enumerable.Repeat<byte[]>([0xFF, 0], 8).SelectMany(pair => pair)];
    private static readonly byte[] EndMarker = [0xFF, 0xD9];

    // Not zeros, which libjpeg fills in for missing data, and not 0xFF, which begins a marker.
    private static readonly byte[] OtherData = [.. Enumerable.Range(0, 4096).Select(index => (byte)(1 + index * 151 % 251)), .. EndMarker];

    private const int WebpBeginning = 12;

    /// <summary>Decodes images whole.</summary>
    public static readonly Func<SKSizeI, float> FullSize = static _ => 1;

    private static readonly SKEncodedImageFormat[] Readable =
        [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Webp];

    /// <summary>Decodes the pixels of a file as they are stored: not rotated, and not blended with a background.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="maximumPixels">The largest number of pixels, width x height.</param>
    /// <param name="scaleOf">
    /// Chooses the part of its size to decode an image to: 1, a half, a quarter or an eighth. Images in which a smaller size would hide damage, or
    /// whose format has none, are decoded to their full size.
    /// </param>
    /// <param name="refuse">Makes an exception from a reason that continues "cannot be read: ".</param>
    public static StoredImage Read(
        ReadOnlySpan<byte> content, long maximumPixels, Func<SKSizeI, float> scaleOf, Func<string, InvalidDataException> refuse)
    {
        JpegScans? scans = JpegScans.Find(content, refuse);
        if (scans is null)
            return Read(BitmapMemory.Join(content, []), content, maximumPixels, FullSize, refuse);
        ReadOnlySpan<byte> whole = content[..scans.End];
        if (scans.IsSingle)
            return Read(BitmapMemory.Join(whole, AfterSingleScan), whole, maximumPixels, scaleOf, refuse);
        if (!scans.IsComplete)
            throw refuse(CutOff);
        // If the last scan is complete, the bytes that follow it change nothing.
        StoredImage image = Read(BitmapMemory.Join(whole, OtherData), whole, maximumPixels, FullSize, refuse);
        try
        {
            byte[] seen = SHA256.HashData(image.Pixels);
            Decode(BitmapMemory.Join(whole, EndMarker), image, refuse);
            return SHA256.HashData(image.Pixels).AsSpan().SequenceEqual(seen) ? image : throw refuse(CutOff);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Throws if the header of a file shows that it cannot be read, before the file is read. The stream is at its beginning afterwards.</summary>
    /// <param name="file">The file, at its beginning.</param>
    /// <param name="maximumPixels">The largest number of pixels, width x height.</param>
    /// <param name="refuse">Makes an exception from a reason that continues "cannot be read: ".</param>
    public static void CheckHeader(Stream file, long maximumPixels, Func<string, InvalidDataException> refuse)
    {
        Span<byte> beginning = stackalloc byte[WebpBeginning];
        int read = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        file.Position = 0;
        // Of this format the decoder reads the whole file for its header.
        if (read == beginning.Length && beginning[^4..].SequenceEqual("WEBP"u8))
            return;
        JpegScans.CheckSegments(file, refuse);
        file.Position = 0;
        using var stream = new SKManagedStream(file, disposeManagedStream: false);
        using SKCodec codec = Check(SKCodec.Create(stream), maximumPixels, refuse);
        file.Position = 0;
    }

    private static StoredImage Read(
        SKData data, ReadOnlySpan<byte> content, long maximumPixels, Func<SKSizeI, float> scaleOf, Func<string, InvalidDataException> refuse)
    {
        using SKData _ = data;
        using SKCodec codec = Check(SKCodec.Create(data), maximumPixels, refuse);
        SKSizeI size = scaleOf(codec.Info.Size) is < 1 and var scale ? codec.GetScaledDimensions(scale) : codec.Info.Size;
        SKEncodedOrigin origin = codec.EncodedOrigin;
        if (codec.EncodedFormat is SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp)
            origin = ExifOrientation.Of(content, codec.EncodedFormat);
        PixelBudget.Share? share = PixelBudget.Take((long)size.Width * size.Height, maximumPixels);
        SKBitmap? bitmap = null;
        try
        {
            bitmap = BitmapMemory.Allocate(size.Width, size.Height);
            Decode(codec, bitmap, refuse);
            return new StoredImage(bitmap, codec.Info.AlphaType == SKAlphaType.Opaque, origin, share);
        }
        catch
        {
            bitmap?.Dispose();
            share?.Dispose();
            throw;
        }
    }

    private static void Decode(SKData data, StoredImage image, Func<string, InvalidDataException> refuse)
    {
        using SKData _ = data;
        using SKCodec codec = SKCodec.Create(data);
        Decode(codec, image.Bitmap, refuse);
    }

    private static void Decode(SKCodec codec, SKBitmap bitmap, Func<string, InvalidDataException> refuse)
    {
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw refuse(result == SKCodecResult.IncompleteInput ? CutOff : $"its data is broken ({result})");
    }

    private static SKCodec Check(SKCodec? codec, long maximumPixels, Func<string, InvalidDataException> refuse)
    {
        // Skia also reads WBMP, whose header is so short that random bytes pass for it.
        string? error = codec is null || !Readable.Contains(codec.EncodedFormat) ? "its content is in another format or its header is broken"
            : (long)codec.Info.Width * codec.Info.Height > maximumPixels ? $"it is {codec.Info.Width}x{codec.Info.Height} pixels" : null;
        if (error is null)
            return codec!;
        codec?.Dispose();
        throw refuse(error);
    }
}
