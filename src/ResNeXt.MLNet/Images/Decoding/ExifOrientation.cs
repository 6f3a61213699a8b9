using System.Buffers.Binary;
using SkiaSharp;

namespace ResNeXt.MLNet.Images.Decoding;

/// <summary>
/// Reads the EXIF orientation of PNG and WebP files. Skia does not read it from PNG, nor from WebP if it begins with JPEG's signature.
/// </summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112, ShortType = 3;

    /// <summary>Reads the orientation; the default one if the file has none.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="format">The format, PNG or WebP.</param>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> content, SKEncodedImageFormat format)
    {
        ReadOnlySpan<byte> exif = format == SKEncodedImageFormat.Png ? InPng(content) : InWebp(content);
        // The signature belongs only into JPEG files, but some programs copy it to other formats.
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif[6..];
        return InTiff(exif);
    }

    // https://www.w3.org/TR/png-3/#eXIf: length, type, data and checksum per chunk.
    private static ReadOnlySpan<byte> InPng(ReadOnlySpan<byte> content)
    {
        for (int position = 8; position <= content.Length - 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(content[position..]);
            if (length > content.Length - position - 12)
                break;
            if (content.Slice(position + 4, 4).SequenceEqual("eXIf"u8))
                return content.Slice(position + 8, (int)length);
            position += 12 + (int)length;
        }
        return default;
    }

    // https://developers.google.com/speed/webp/docs/riff_container: type, length and data per chunk, filled up to an even length.
    private static ReadOnlySpan<byte> InWebp(ReadOnlySpan<byte> content)
    {
        for (int position = 12; position <= content.Length - 8;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(content[(position + 4)..]);
            if (length > content.Length - position - 8)
                break;
            if (content.Slice(position, 4).SequenceEqual("EXIF"u8))
                return content.Slice(position + 8, (int)length);
            position += 8 + (int)length + (int)(length & 1);
        }
        return default;
    }

    private static SKEncodedOrigin InTiff(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
            return SKEncodedOrigin.Default;
        uint directory = UInt32(tiff[4..], little);
        if (directory > tiff.Length - 2)
            return SKEncodedOrigin.Default;
        ReadOnlySpan<byte> entries = tiff[((int)directory + 2)..];
        for (int left = UInt16(tiff[(int)directory..], little); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
        {
            if (UInt16(entries, little) != OrientationTag)
                continue;
            int value = UInt16(entries[8..], little);
            return UInt16(entries[2..], little) == ShortType && value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.Default;
        }
        return SKEncodedOrigin.Default;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
