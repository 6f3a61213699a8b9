using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Images.Decoding;
using ResNeXt.MLNet.Images.Resizing;
using ResNeXt.MLNet.Pipelines;
using SkiaSharp;

namespace ResNeXt.MLNet.Images;

/// <summary>
/// Decodes image files from untrusted sources: the image is complete, upright and opaque, or an exception names the file and what is wrong with it.
/// </summary>
/// <remarks>
/// Reads JPEG, PNG, BMP, GIF and WebP; the format is recognized by the content, not by the file name. CMYK, gray, indexed and 16-bit images are
/// converted to 8-bit RGB without color management; transparent pixels are blended with white; the first frame of an animation is taken; the EXIF
/// orientation of JPEG, PNG and WebP is applied. A JPEG file without an end marker is read if all of its rows are there.
/// </remarks>
public static class ImageDecoder
{
    // The pixels, four bytes each, have to fit into one bitmap of Skia.
    private const long MostPixels = 500_000_000;

    // JPEG's smallest.
    private const float SmallestScale = 1 / 8f;

    private static long _maximumPixels = 1 << 26;
    private static long _maximumLength = 256L << 20;

    /// <summary>
    /// The largest number of pixels, width x height, that is decoded. Larger images are refused by their header: a file of 35 bytes can decode to
    /// gigabytes. Images that are decoded at the same time, by any number of threads, also have at most as many pixels together; further ones wait.
    /// </summary>
    /// <value>
    /// Default 67,108,864: 256 MiB, four bytes per pixel, and twice that while an image is rotated. From 1 to 500,000,000. The setting is
    /// process-wide: set it before images are read.
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

    /// <summary>The length, in bytes, of the longest file that is read. Longer files are refused before they are read.</summary>
    /// <value>
    /// Default 256 MiB. From 1 to 2,147,483,591, the longest array of .NET. The setting is process-wide: set it before images are read.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public static long MaximumLength
    {
        get => Volatile.Read(ref _maximumLength);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Array.MaxLength);
            Volatile.Write(ref _maximumLength, value);
        }
    }

    /// <summary>Decodes an image file.</summary>
    /// <param name="path">The path of the file, which also becomes the image's <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image; the caller disposes of it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using HeldImage held = DecodeHeld(path);
        return held.Detach();
    }

    /// <summary>Decodes an image file that is read from a stream.</summary>
    /// <param name="stream">The stream, which is read from its position to its end, and left open.</param>
    /// <param name="name">The name of the image in error messages, which also becomes its <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image; the caller disposes of it.</returns>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using HeldImage held = DecodeHeld(stream, name, MaximumLength);
        return held.Detach();
    }

    /// <summary>Decodes an image file in memory.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">The name of the image in error messages, which also becomes its <see cref="MLImage.Tag"/>.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image; the caller disposes of it.</returns>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    public static MLImage Decode(ReadOnlySpan<byte> content, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using HeldImage held = DecodeHeld(content, name);
        return held.Detach();
    }

    /// <summary>Throws if <see cref="Decode(string)"/> would throw for a file, in less time.</summary>
    /// <remarks>
    /// The whole file is read, because it may be cut off anywhere, but most JPEG files are decoded to an eighth of their size, which saves most of
    /// the time.
    /// </remarks>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is broken, cut off, too large or not in a readable format.</exception>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = ImageContent.Open(path);
        using MemoryStream content = ImageContent.ReadAll(file, path, MaximumLength);
        Read(content.GetBuffer().AsSpan(0, (int)content.Length), path, static _ => SmallestScale).Dispose();
    }

    /// <summary>Decodes an image file like <see cref="Decode(string)"/>. The image counts as being decoded until it is disposed of.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="reduced">The shape to decode to with <see cref="DecodeReduced"/>; null to decode the whole image.</param>
    internal static HeldImage DecodeHeld(string path, ImageShape? reduced = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = ImageContent.Open(path);
        return DecodeHeld(file, path, MaximumLength, reduced);
    }

    /// <summary>Decodes a stream like <see cref="Decode(Stream, string)"/>. The image counts as being decoded until it is disposed of.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="limit">The largest number of bytes.</param>
    /// <param name="reduced">The shape to decode to with <see cref="DecodeReduced"/>; null to decode the whole image.</param>
    internal static HeldImage DecodeHeld(Stream stream, string name, long limit, ImageShape? reduced = null)
    {
        using MemoryStream content = ImageContent.ReadAll(stream, name, limit);
        return DecodeHeld(content.GetBuffer().AsSpan(0, (int)content.Length), name, reduced);
    }

    /// <summary>Decodes bytes like <see cref="Decode(ReadOnlySpan{byte}, string)"/>. The image counts as being decoded until it is disposed of.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="reduced">The shape to decode to with <see cref="DecodeReduced"/>; null to decode the whole image.</param>
    internal static HeldImage DecodeHeld(ReadOnlySpan<byte> content, string name, ImageShape? reduced = null)
    {
        if (reduced is { } shape)
            return new(DecodeReduced(content, name, shape.Width, shape.Height), share: null);
        StoredImage stored = Read(content, name, EncodedPixels.FullSize);
        try
        {
            MLImage image = MLServices.NewImage(stored.ToUpright());
            image.Tag = name;
            return new(image, stored);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Decodes an image file to a size, cropped to its middle. A JPEG file is decoded to the smallest of JPEG's own sizes that is not below it, which
    /// takes a fraction of the time and the memory.
    /// </summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">The name of the image in error messages, which also becomes its <see cref="MLImage.Tag"/>.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <returns>An opaque <see cref="MLPixelFormat.Rgba32"/> image; the caller disposes of it.</returns>
    /// <exception cref="InvalidDataException">The content is broken, cut off, too large or not in a readable format.</exception>
    internal static MLImage DecodeReduced(ReadOnlySpan<byte> content, string name, int width, int height)
    {
        using StoredImage stored = Read(content, name, size => ScaleFor(size, Math.Max(width, height)));
        using MLImage upright = MLServices.NewImage(stored.ToUpright());
        MLImage image = AntialiasedResize.Of(upright, width, height);
        image.Tag = name;
        return image;
    }

    // The smallest scale at which no side is shorter than the longer one of the target; the image may be stored on its side.
    private static float ScaleFor(SKSizeI size, int side)
    {
        float scale = 1;
        while (scale > SmallestScale && Math.Min(size.Width, size.Height) * scale / 2 >= side)
            scale /= 2;
        return scale;
    }

    private static StoredImage Read(ReadOnlySpan<byte> content, string name, Func<SKSizeI, float> scaleOf) => content.IsEmpty
        ? throw ImageContent.Unreadable(name, ImageContent.Empty)
        : EncodedPixels.Read(content, MaximumPixels, scaleOf, reason => ImageContent.Unreadable(name, reason));
}
