using Microsoft.ML.Data;
using SkiaSharp;

namespace ResNeXt.MLNet;

/// <summary>Decodes image files that nobody vouches for: whole, upright and opaque, or refused with a sentence that names the file.</summary>
/// <remarks>
/// Reads JPEG, PNG, BMP, GIF and WebP, whatever the file is called. CMYK, gray, paletted and 16-bit images become 8-bit RGB without colour
/// management; transparency is laid over white; of an animation the first frame is taken; the EXIF orientation is applied.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The largest width x height, in pixels, that is decoded: a few kilobytes can announce gigabytes.</summary>
    public const long MaximumPixels = 100_000_000;

    /// <summary>The longest file, in bytes, that is read: the largest image uncompressed, with room for metadata.</summary>
    public const long MaximumLength = 512L << 20;

    private const float CheckedScale = 1 / 8f;

    private static readonly SKEncodedImageFormat[] Readable =
        [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Bmp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Webp];

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file; it also becomes the image's <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image that the caller disposes.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = Find(path);
        return Decode(file, path);
    }

    /// <summary>Decodes what is left of a stream, and leaves the stream open.</summary>
    /// <param name="stream">The content of an image file.</param>
    /// <param name="name">What error messages call it; it also becomes the image's <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image that the caller disposes.</returns>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream content = ReadAll(stream, name, MaximumLength);
        return Decode(content.GetBuffer().AsSpan(0, (int)content.Length), name);
    }

    /// <summary>Decodes the content of an image file that is in memory.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">What error messages call it; it also becomes the image's <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image that the caller disposes.</returns>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(ReadOnlySpan<byte> content, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (content.IsEmpty)
            throw Empty(name);
        using SKData data = SKData.CreateCopy(content);
        using SKCodec codec = Open(data, name);
        byte[] pixels = ReadPixels(codec, name, codec.Info.Size);
        (int width, int height) = PixelOrder.TurnUpright(ref pixels, codec.Info.Width, codec.Info.Height, codec.EncodedOrigin);
        MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Tag = name;
        return image;
    }

    /// <summary>Refuses a file that <see cref="Decode(string)"/> would refuse, without making an image of it.</summary>
    /// <remarks>Reads the whole file, because many are cut off; JPEG and WebP are only worked out at an eighth of their size, which saves most of the time.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = Find(path);
        using MemoryStream content = ReadAll(file, path, MaximumLength);
        if (content.Length == 0)
            throw Empty(path);
        using SKData data = SKData.CreateCopy(content.GetBuffer().AsSpan(0, (int)content.Length));
        using SKCodec codec = Open(data, path);
        ReadPixels(codec, path, codec.GetScaledDimensions(CheckedScale));
    }

    /// <summary>Reads a stream to its end, or refuses once it turns out longer than <paramref name="limit"/> bytes: a device has no length to ask for.</summary>
    internal static MemoryStream ReadAll(Stream stream, string name, long limit)
    {
        var content = new MemoryStream();
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0; content.Write(buffer, 0, read))
            CheckLength(content.Length + read, name, limit);
        return content;
    }

    /// <summary>Refuses content that turns out longer than <paramref name="limit"/> bytes.</summary>
    internal static void CheckLength(long length, string name, long limit)
    {
        if (length > limit)
            throw Unreadable(name, limit >= 1 << 20 ? $"it is longer than {limit >> 20} MiB" : $"it is longer than {limit} bytes");
    }

    private static FileStream Find(string path) =>
        File.Exists(path) ? File.OpenRead(path) : throw new FileNotFoundException($"The image '{path}' does not exist.", path);

    private static SKCodec Open(SKData data, string name)
    {
        SKCodec? codec = SKCodec.Create(data);
        // Skia also knows WBMP, whose header is so short that noise passes for it.
        if (codec is not null && Readable.Contains(codec.EncodedFormat))
            return codec;
        codec?.Dispose();
        throw Unreadable(name, "its content is in another format or its header is broken");
    }

    private static byte[] ReadPixels(SKCodec codec, string name, SKSizeI size)
    {
        if ((long)codec.Info.Width * codec.Info.Height > MaximumPixels)
            throw Unreadable(name, $"it is {codec.Info.Width}x{codec.Info.Height} pixels");

        byte[] pixels = new byte[size.Width * size.Height * 4];
        SKCodecResult result = codec.GetPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul), pixels);
        if (result != SKCodecResult.Success)
            throw Unreadable(name, result == SKCodecResult.IncompleteInput ? "it is cut off before its end" : $"its data is broken ({result})");
        if (codec.Info.AlphaType != SKAlphaType.Opaque)
            PixelOrder.LayOverWhite(pixels);
        return pixels;
    }

    private static InvalidDataException Empty(string name) => Unreadable(name, "it is empty (0 bytes)");

    private static InvalidDataException Unreadable(string name, string reason) =>
        new($"The image '{name}' cannot be read: {reason}; replace it by a whole JPEG, PNG, BMP, GIF or WebP file of at most "
            + $"{MaximumPixels / 1_000_000} megapixels, or remove it.");
}
