using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

/// <summary>Whole pictures are read and parts of them refused, whatever follows the part; the check and the decoder agree.</summary>
public sealed class WholePictureTests
{
    // 40x30 pixels in ten scans, the last of which brings the lowest bits.
    private static readonly byte[] Progressive = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/" +
        "2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAeACgDASIAAhEBAxEB/8QA" +
        "GQAAAgMBAAAAAAAAAAAAAAAABAUAAgMB/8QAFwEBAQEBAAAAAAAAAAAAAAAAAQADAv/aAAwDAQACEAMQAAABU3pqXebEmoMMjmvZKiYajk4EHKS6/8QAHhAA" +
        "AgIDAAMBAAAAAAAAAAAAAQIAEQMSISIxMkH/2gAIAQEAAQUCPrGoMoUFhx8PZitWKeWnXpVmD4bo2e2NmYW1f8DUczT/xAAYEQACAwAAAAAAAAAAAAAAAAAA" +
        "AQISIP/aAAgBAwEBPwEck8WP/8QAFBEBAAAAAAAAAAAAAAAAAAAAIP/aAAgBAgEBPwFf/8QAHxAAAgIBBAMAAAAAAAAAAAAAABEBECESIjFBUWFx/9oACAEB" +
        "AAY/AiX0MyOuH5IcJ1L7r3Xw381kcGkR/8QAHhABAAICAgMBAAAAAAAAAAAAAQARITEQYUFRkYH/2gAIAQEAAT8hAdoGrvoTAD+S6DMjXA2JRXxNklYgSvid" +
        "TqDhmlZXPL2ZJbgFD7FS1DRLh3BbxMXh31LuXrXTuf/aAAwDAQACAAMAAAAQX48CjO//xAAYEQEBAQEBAAAAAAAAAAAAAAABABExYf/aAAgBAwEBPxA9uBJN" +
        "sIMv/8QAGBEAAwEBAAAAAAAAAAAAAAAAAAEhEBH/2gAIAQIBAT8QKhPKcP/EAB8QAQADAAICAwEAAAAAAAAAAAEAESExUUFhcZGh8P/aAAgBAQABPxAwsPPQ" +
        "v1cXcyDmapmnAd1cUUg7niB4TWsgQwdUnWLNgaHUNEsSht8n7BqWd1Yjr+qWIWtnSTtPBV136hPdKoymWhQQeHiVSKAauZAtH2EE3YKvif/Z");

    public static TheoryData<string, byte[]> Jpegs => new() { { "one scan", Baseline() }, { "ten scans", Progressive } };

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Decode_WithoutEndMarkerOrWithMoreAfterIt_GivesTheSamePixels(string kind, byte[] jpeg)
    {
        Assert.NotEmpty(kind);
        byte[] expected = Pixels(jpeg);

        Assert.Equal(expected, Pixels(jpeg[..^2]));
        Assert.Equal(expected, Pixels([.. jpeg[..^2], 0xFF]));
        Assert.Equal(expected, Pixels([.. jpeg[..^2], .. new byte[500]]));
        Assert.Equal(expected, Pixels([.. jpeg, .. new byte[500]]));
        Assert.Equal(expected, Pixels([.. jpeg, .. jpeg]));
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void Decode_PartOfTheData_IsRefusedWhateverFollows(string kind, byte[] jpeg)
    {
        Assert.NotEmpty(kind);
        int start = DataStart(jpeg);
        foreach (int length in Enumerable.Range(1, 9).Select(tenth => start + (jpeg.Length - 12 - start) * tenth / 10))
        {
            byte[] part = jpeg[..length];
            if (part[^1] == 0xFF)
                continue;
            Assert.Contains("cut off", Refusal(part));
            Assert.Contains("cut off", Refusal([.. part, 0xFF, 0xD9]));
            Assert.Contains("cut off", Refusal([.. part, .. new byte[jpeg.Length - length]]));
            Assert.Contains("cut off", Refusal([.. part, .. new byte[2000], 0xFF, 0xD9]));
        }
    }

    [Fact]
    public void Decode_WithoutTheLastScans_IsRefused()
    {
        // The last segment of tables begins the last scan.
        int last = Progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);

        Assert.Contains("cut off", Refusal([.. Progressive[..last], 0xFF, 0xD9]));
    }

    [Fact]
    public void Find_ZerosThatTheTablesMakeFlatAreas_AreData()
    {
        byte[] header = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, .. Table(0x00, 0), .. Table(0x10, 0), 0xFF, 0xDA, 0, 8, 1, 1,
            0, 0, 63, 0];
        byte[] gray = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, .. Table(0x00, 3), .. Table(0x10, 0), 0xFF, 0xDA, 0, 8, 1, 1, 0,
            0, 63, 0];

        Assert.Equal(header.Length + 100, JpegScans.Find([.. header, .. new byte[100], 0xFF, 0xD9], Refuse)!.End);
        Assert.Equal(header.Length, JpegScans.Find([.. header, .. new byte[100]], Refuse)!.End);
        Assert.Equal(gray.Length, JpegScans.Find([.. gray, .. new byte[100], 0xFF, 0xD9], Refuse)!.End);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Check_CutOffAnywhere_AgreesWithDecode(SKEncodedImageFormat format)
    {
        byte[] whole = MadeImage.Quarters(format);
        for (int length = 0; length <= whole.Length; length += Math.Max(1, whole.Length / 60))
        {
            byte[] part = whole[..length];
            Assert.Equal(Outcome(part, check: false), Outcome(part, check: true));
            part = [.. part, 0xFF, 0xD9];
            Assert.Equal(Outcome(part, check: false), Outcome(part, check: true));
        }
    }

    [SharedDataTheory]
    [InlineData("half_eoi.jpg", "cut off")]
    [InlineData("half_zeros.jpg", "cut off")]
    [InlineData("gif-35-bytes-1.8GB.gif", "10000x10000 pixels")]
    [InlineData("check-disagrees-decode.webp", "broken")]
    public void Decode_ReportedFileThatIsNoWholePicture_IsRefusedAsByCheck(string file, string reason)
    {
        byte[] content = File.ReadAllBytes(SharedData.Path("data", "reported", "images", file));

        Assert.Contains(reason, Outcome(content, check: false));
        Assert.Equal(Outcome(content, check: false), Outcome(content, check: true));
    }

    [SharedDataTheory]
    [InlineData("noeoi.jpg", 320, 263)]
    [InlineData("o6.png", 64, 96)]
    [InlineData("o6_exif00.webp", 64, 96)]
    [InlineData("png-exif6-not-turned.png", 96, 64)]
    public void Decode_ReportedFile_IsReadAndTurned(string file, int width, int height)
    {
        using MLImage image = ImageDecoder.Decode(SharedData.Path("data", "reported", "images", file));

        Assert.Equal((width, height), (image.Width, image.Height));
    }

    private static byte[] Table(byte target, byte symbol) => [0xFF, 0xC4, 0, 20, target, 1, .. new byte[15], symbol];

    private static int DataStart(byte[] jpeg)
    {
        int scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return scan + 2 + jpeg[scan + 3];
    }

    private static byte[] Baseline()
    {
        using var bitmap = new SKBitmap(48, 40);
        bitmap.Pixels = [.. Enumerable.Range(0, 48 * 40).Select(i => new SKColor((byte)(i * 37), (byte)(i * 11 / 7), (byte)(i * i / 5)))];
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private static byte[] Pixels(byte[] content)
    {
        using MLImage image = ImageDecoder.Decode(content, "made.jpg");
        return image.Pixels.ToArray();
    }

    // The decoder goes through all of them for each new one: minutes for a megabyte.
    [Theory]
    [InlineData(3000)]
    [InlineData(300_000)]
    public void Decode_OfThousandsOfSegments_IsRefusedAtOnce(int segments)
    {
        byte[] sound = MadeImage.Quarters(SKEncodedImageFormat.Jpeg);
        byte[] flooded = [.. sound[..2], .. Enumerable.Repeat<byte[]>([0xFF, 0xE1, 0, 2], segments).SelectMany(segment => segment), .. sound[2..]];
        using var file = new TemporaryFile(flooded, "flooded.jpg");

        Assert.Contains("thousands of segments", Refusal(flooded), StringComparison.Ordinal);
        Assert.Contains("thousands of segments", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file.Path)).Message, StringComparison.Ordinal);
    }

    private static InvalidDataException Refuse(string reason) => new(reason);

    private static string Refusal(byte[] content) => Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(content, "part.jpg")).Message;

    private static string Outcome(byte[] content, bool check)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("image.bin");
        File.WriteAllBytes(path, content);
        try
        {
            if (check)
                ImageDecoder.Check(path);
            else
                ImageDecoder.Decode(path).Dispose();
            return "read";
        }
        catch (InvalidDataException exception)
        {
            return exception.Message.Replace(path, "the image");
        }
    }
}
