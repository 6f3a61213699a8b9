using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Tests.Images;

/// <summary>Every file of the folder <c>awkward</c>: what it must become, found by looking at it, or why it must be refused.</summary>
public class AwkwardImageTests
{
    private static readonly string[] Refused =
    [
        "16bit.cropped.jp2", "broken.png", "made_huge_20000x20000_1bit.png", "made_text_file.jpg", "made_zero_byte.jpg", "tiff_strip_cmyk_jpeg.tif",
    ];

    [SharedDataTheory]
    [InlineData("bw_gradient.png", 256, 10, 128, 5, 128, 128, 128)]
    [InlineData("hopper.bmp", 128, 128, 64, 64, 173, 70, 55)]
    [InlineData("hopper_16bit_qtables.jpg", 128, 128, 64, 64, 203, 110, 69)]
    [InlineData("hopper_rle8.bmp", 128, 128, 64, 64, 168, 78, 48)]
    [InlineData("invalid-exif.jpg", 200, 200, 100, 100, 118, 118, 118)]
    [InlineData("iss634.webp", 245, 245, 122, 122, 57, 100, 106)]
    [InlineData("jpeg_ff00_header.jpg", 300, 225, 150, 112, 145, 73, 110)]
    [InlineData("made_1x2000.png", 1, 2000, 0, 1999, 128, 128, 128)]
    [InlineData("made_png_named.jpg", 128, 128, 16, 16, 255, 255, 255)]
    [InlineData("pil123p.png", 162, 150, 81, 75, 33, 23, 3)]
    [InlineData("pil123p.png", 162, 150, 0, 0, 255, 255, 255)]
    [InlineData("pil_sample_cmyk.jpg", 100, 100, 0, 0, 255, 13, 25)]
    [InlineData("tRNS_null_1x1.png", 1, 1, 0, 0, 255, 255, 255)]
    [InlineData("truncated_app14.jpg", 100, 100, 0, 0, 231, 32, 25)]
    // Only its end marker is missing.
    [InlineData("truncated_jpeg.jpg", 100, 100, 50, 50, 122, 182, 122)]
    [InlineData("uncompressed_la.png", 128, 128, 0, 0, 255, 255, 255)]
    [InlineData("uncompressed_la.png", 128, 128, 16, 80, 226, 226, 226)]
    public void Decode_ReadableFile_GivesItsSizeAndColours(string file, int width, int height, int x, int y, int red, int green, int blue)
    {
        using MLImage image = ImageDecoder.Decode(PathOf(file));

        Assert.Equal((width, height), (image.Width, image.Height));
        ReadOnlySpan<byte> pixel = image.Pixels.Slice((y * width + x) * 4, 4);
        // Decoders may differ by a step or two between processors.
        Assert.InRange(pixel[0], red - 2, red + 2);
        Assert.InRange(pixel[1], green - 2, green + 2);
        Assert.InRange(pixel[2], blue - 2, blue + 2);
        Assert.Equal(255, pixel[3]);
    }

    [SharedDataTheory]
    [InlineData("hopper_orientation_2.jpg")]
    [InlineData("hopper_orientation_6.jpg")]
    public void Decode_OrientedFile_ShowsThePersonUpright(string file)
    {
        using MLImage upright = ImageDecoder.Decode(PathOf("hopper.bmp"));
        using MLImage image = ImageDecoder.Decode(PathOf(file));

        Assert.InRange(MeanDifference(upright, image), 0, 10);
    }

    [SharedDataTheory]
    [InlineData("16bit.cropped.jp2", "another format")]
    [InlineData("broken.png", "header is broken")]
    [InlineData("made_huge_20000x20000_1bit.png", "it is 20000x20000 pixels")]
    [InlineData("made_text_file.jpg", "another format")]
    [InlineData("made_zero_byte.jpg", "it is empty")]
    [InlineData("tiff_strip_cmyk_jpeg.tif", "another format")]
    public void Decode_UnreadableFile_SaysWhyInOneSentence(string file, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(PathOf(file)));

        Assert.Contains(file, error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Contains("at most 67.1 megapixels", error.Message);
    }

    [SharedDataFact]
    public void Decode_EveryFile_IsEitherReadOrAmongTheRefused() => Assert.Equal(Refused, RefusedBy(path => ImageDecoder.Decode(path).Dispose()).Keys);

    [SharedDataFact]
    public void Check_EveryFile_RefusesWhatDecodeRefusesForTheSameReason() =>
        Assert.Equal(RefusedBy(path => ImageDecoder.Decode(path).Dispose()), RefusedBy(ImageDecoder.Check));

    private static SortedDictionary<string, string> RefusedBy(Action<string> read)
    {
        var refused = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(SharedData.Path("data", "awkward")))
        {
            try
            {
                read(path);
            }
            catch (InvalidDataException exception)
            {
                refused.Add(Path.GetFileName(path), exception.Message);
            }
        }
        return refused;
    }

    private static string PathOf(string file) => SharedData.Path("data", "awkward", file);

    private static double MeanDifference(MLImage one, MLImage other)
    {
        ReadOnlySpan<byte> left = one.Pixels;
        ReadOnlySpan<byte> right = other.Pixels;
        long sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += Math.Abs(left[i] - right[i]);
        return (double)sum / left.Length;
    }
}
