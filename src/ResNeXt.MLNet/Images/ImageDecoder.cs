using System.Globalization;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Images;

/// <summary>Decodes image files that nobody vouches for: whole, upright and opaque, or refused with a sentence that names the file.</summary>
/// <remarks>
/// Reads JPEG, PNG, BMP, GIF and WebP, whatever the file is called. CMYK, gray, paletted and 16-bit images become 8-bit RGB without colour
/// management; transparency is laid over white; of an animation the first frame is taken; the EXIF orientation of JPEG, PNG and WebP is applied. A
/// JPEG file needs no end marker, but all of its rows.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The longest file, in bytes, that is read: the largest image uncompressed, with room for metadata.</summary>
    public const long MaximumLength = 512L << 20;

    // Four bytes each have to fit into one array.
    private const long MostPixels = 500_000_000;

    private const string Empty = "it is empty (0 bytes), or no regular file";

    private const float CheckedScale = 1 / 8f;

    private static long _maximumPixels = 89_478_485;

    /// <summary>
    /// The largest width x height, in pixels, that is decoded: 35 bytes can announce gigabytes. Larger images are refused from their header.
    /// </summary>
    /// <value>
    /// Default 89,478,485, as in Pillow: 256 MiB as RGB, 341 MiB as RGBA, and about three times that while an image is decoded. At least 1 and at
    /// most 500,000,000. It holds for the process: set it before images are read.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public static long MaximumPixels
    {
        get => Volatile.Read(ref _maximumPixels);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostPixels);
            Volatile.Write(ref _maximumPixels, value);
        }
    }

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
        StoredImage stored = Read(content, name, scale: 1);
        byte[] pixels = stored.Pixels;
        if (!stored.IsOpaque)
            PixelOrder.LayOverWhite(pixels);
        (int width, int height) = PixelOrder.TurnUpright(ref pixels, stored.Width, stored.Height, stored.Origin);
        MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Tag = name;
        return image;
    }

    /// <summary>Refuses a file that <see cref="Decode(string)"/> would refuse, without making an image of it.</summary>
    /// <remarks>
    /// Reads the whole file, because many are cut off; most JPEG files are only worked out at an eighth of their size, which saves most of the
    /// time.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = Find(path);
        using MemoryStream content = ReadAll(file, path, MaximumLength);
        Read(content.GetBuffer().AsSpan(0, (int)content.Length), path, CheckedScale);
    }

    /// <summary>Reads a stream to its end, or refuses once it turns out longer than <paramref name="limit"/> bytes: a device has no length to ask for.</summary>
    internal static MemoryStream ReadAll(Stream stream, string name, long limit)
    {
        if (stream.CanSeek && stream.Length - stream.Position > limit)
            throw TooLong(name, limit);
        var content = new MemoryStream(stream.CanSeek ? (int)Math.Max(0, stream.Length - stream.Position) : 0);
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0; content.Write(buffer, 0, read))
            CheckLength(content.Length + read, name, limit);
        return content;
    }

    /// <summary>Refuses content that turns out longer than <paramref name="limit"/> bytes.</summary>
    internal static void CheckLength(long length, string name, long limit)
    {
        if (length > limit)
            throw TooLong(name, limit);
    }

    private static StoredImage Read(ReadOnlySpan<byte> content, string name, float scale) => content.IsEmpty
        ? throw Unreadable(name, Empty)
        : EncodedPixels.Read(content, MaximumPixels, scale, reason => Unreadable(name, reason));

    private static FileStream Find(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(path.Contains('\uFFFD')
                ? $"The image '{path}' cannot be opened: its name is not valid UTF-8; rename it."
                : $"The image '{path}' does not exist.", path);
        }
        // Pipes and devices have no length: opening the one would wait, and reading the other might never end.
        if (((new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? new FileInfo(path)).Length == 0)
            throw Unreadable(path, Empty);
        return File.OpenRead(path);
    }

    private static InvalidDataException TooLong(string name, long limit) => Unreadable(name, limit >= 1 << 20 ? $"it is longer than {limit >> 20} MiB" : $"it is longer than {limit} bytes");

    private static InvalidDataException Unreadable(string name, string reason) =>
        new($"The image '{name}' cannot be read: {reason}; replace it by a whole JPEG, PNG, BMP, GIF or WebP file of at most "
            + string.Create(CultureInfo.InvariantCulture, $"{MaximumPixels / 1e6:0.#} megapixels (ImageDecoder.MaximumPixels), or remove it."));
}
