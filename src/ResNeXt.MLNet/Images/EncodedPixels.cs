using System.Security.Cryptography;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes the pixels of an image file, and refuses files that are cut off.</summary>
internal static class EncodedPixels
{
    private const string CutOff = "it is cut off before its end";

    // The decoder looks up to eight bytes ahead, so it would not finish a scan that nothing follows. In no table do all ones have a meaning.
    private static readonly byte[] AfterSingleScan = [.. Enumerable.Repeat<byte[]>([0xFF, 0], 8).SelectMany(pair => pair)];
    private static readonly byte[] EndMarker = [0xFF, 0xD9];

    // Not zeros, which libjpeg fills in for missing data, and not 0xFF, which begins a marker.
    private static readonly byte[] OtherData = [.. Enumerable.Range(0, 4096).Select(index => (byte)(1 + index * 151 % 251)), .. EndMarker];

    private static readonly SKEncodedImageFormat[] Readable =
        [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Webp];

    /// <summary>Decodes the pixels of a file as they are stored: not rotated, and not blended with a background.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="maximumPixels">The largest number of pixels, width x height.</param>
    /// <param name="scale">
    /// The part of the size to decode to; images in which a smaller size would hide damage are decoded to their full size.
    /// </param>
    /// <param name="refuse">Makes an exception from a reason that continues "cannot be read: ".</param>
    public static StoredImage Read(ReadOnlySpan<byte> content, long maximumPixels, float scale, Func<string, InvalidDataException> refuse)
    {
        JpegScans? scans = JpegScans.Find(content);
        if (scans is null)
            return Read(SKData.CreateCopy(content), content, maximumPixels, scale: 1, refuse);
        ReadOnlySpan<byte> whole = content[..scans.End];
        if (scans.IsSingle)
            return Read(Joined(whole, AfterSingleScan), whole, maximumPixels, scale, refuse);
        if (!scans.IsComplete)
            throw refuse(CutOff);
        // If the last scan is complete, the bytes that follow it change nothing.
        StoredImage image = Read(Joined(whole, OtherData), whole, maximumPixels, scale: 1, refuse);
        byte[] seen = SHA256.HashData(image.Pixels);
        image = Read(Joined(whole, EndMarker), whole, maximumPixels, scale: 1, refuse, image.Pixels);
        return SHA256.HashData(image.Pixels).AsSpan().SequenceEqual(seen) ? image : throw refuse(CutOff);
    }

    private static SKData Joined(ReadOnlySpan<byte> content, ReadOnlySpan<byte> more) => SKData.CreateCopy((byte[])[.. content, .. more]);

    private static StoredImage Read(
        SKData data, ReadOnlySpan<byte> content, long maximumPixels, float scale, Func<string, InvalidDataException> refuse, byte[]? pixels = null)
    {
        using SKData _ = data;
        using SKCodec? codec = SKCodec.Create(data);
        // Skia also reads WBMP, whose header is so short that random bytes pass for it.
        if (codec is null || !Readable.Contains(codec.EncodedFormat))
            throw refuse("its content is in another format or its header is broken");
        if ((long)codec.Info.Width * codec.Info.Height > maximumPixels)
            throw refuse($"it is {codec.Info.Width}x{codec.Info.Height} pixels");

        SKSizeI size = scale < 1 ? codec.GetScaledDimensions(scale) : codec.Info.Size;
        pixels ??= new byte[size.Width * size.Height * 4];
        SKCodecResult result = codec.GetPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul), pixels);
        if (result != SKCodecResult.Success)
            throw refuse(result == SKCodecResult.IncompleteInput ? CutOff : $"its data is broken ({result})");
        SKEncodedOrigin origin = codec.EncodedOrigin;
        if (codec.EncodedFormat is SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp)
            origin = ExifOrientation.Of(content, codec.EncodedFormat);
        return new StoredImage(pixels, size.Width, size.Height, codec.Info.AlphaType == SKAlphaType.Opaque, origin);
    }
}

/// <summary>The pixels of an image file as they are stored.</summary>
/// <param name="Pixels">Four bytes per pixel: red, green and blue, premultiplied, and alpha; in rows, from the top.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="IsOpaque">Whether the format has no transparent pixels.</param>
/// <param name="Origin">The corner of the upright image at which the first pixel belongs.</param>
internal sealed record StoredImage(byte[] Pixels, int Width, int Height, bool IsOpaque, SKEncodedOrigin Origin);
