using System.Globalization;
using ResNeXt.Core.Files;
using ResNeXt.MLNet.Images.Decoding;

namespace ResNeXt.MLNet.Images;

/// <summary>Reads the bytes of image files within the limits of <see cref="ImageDecoder"/>.</summary>
internal static class ImageContent
{
    /// <summary>The reason for an image without content.</summary>
    public const string Empty = "it is empty (0 bytes), or no regular file";

    // The headers of smaller files are checked with the rest of them.
    private const long LongFile = 1 << 20;

    /// <summary>Opens an image file, after checking its length and, if it is long, its header.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is too long or no regular file, or its header cannot be read or is that of a too large image.
    /// </exception>
    public static FileStream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(Directory.Exists(path)
                ? $"The image '{path}' is a folder; give the path of an image file."
                : path.Contains('\uFFFD')
                ? $"The image '{path}' cannot be opened: its name is not valid UTF-8; rename it."
                : $"The image '{path}' does not exist.", path);
        }
        // Pipes and devices have the length 0: opening a pipe would wait, and reading a device might never end.
        long length = FileLength.Of(path);
        if (length == 0)
            throw Unreadable(path, Empty);
        if (length > ImageDecoder.MaximumLength)
            throw TooLong(path, ImageDecoder.MaximumLength);
        FileStream file = File.OpenRead(path);
        try
        {
            if (length > LongFile)
                EncodedPixels.CheckHeader(file, ImageDecoder.MaximumPixels, reason => Unreadable(path, reason));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads a stream to its end, and throws as soon as it is longer than allowed; streams that cannot seek do not tell their length.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="limit">The largest number of bytes.</param>
    public static MemoryStream ReadAll(Stream stream, string name, long limit)
    {
        if (stream.CanSeek && stream.Length - stream.Position > limit)
            throw TooLong(name, limit);
        var content = new MemoryStream(stream.CanSeek ? (int)Math.Max(0, stream.Length - stream.Position) : 0);
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0; content.Write(buffer, 0, read))
            CheckLength(content.Length + read, name, limit);
        return content;
    }

    /// <summary>Throws if content is longer than allowed.</summary>
    /// <param name="length">The number of bytes so far.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="limit">The largest number of bytes.</param>
    public static void CheckLength(long length, string name, long limit)
    {
        if (length > limit)
            throw TooLong(name, limit);
    }

    private static InvalidDataException TooLong(string name, long limit) =>
        Unreadable(name, limit >= 1 << 20 ? $"it is longer than {limit >> 20} MiB" : $"it is longer than {limit} bytes");

    /// <summary>Creates the exception for an image that cannot be read.</summary>
    /// <param name="name">The name of the image.</param>
    /// <param name="reason">Continues "cannot be read: ".</param>
    public static InvalidDataException Unreadable(string name, string reason) =>
        new($"The image '{name}' cannot be read: {reason}; replace it by a whole JPEG, PNG, BMP, GIF or WebP file of at most "
            + string.Create(CultureInfo.InvariantCulture, $"{ImageDecoder.MaximumPixels / 1e6:0.#} megapixels (ImageDecoder.MaximumPixels), or remove it."));
}
