using System.Diagnostics;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Decoding;

namespace ResNeXt.MLNet.Tests.Images;

/// <summary>Images that are too large, and files that never end, cost nothing.</summary>
public sealed class ImageLimitTests
{
    // A canvas of 10000x10000 pixels with an image of one.
    private static readonly byte[] Gif =
        [.. "GIF89a"u8, 0x10, 0x27, 0x10, 0x27, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];

    [Fact]
    public void Decode_ImageBeyondTheLimit_IsRefusedFromItsHeader()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(Gif, "huge.gif")).Message;

        Assert.Contains("it is 10000x10000 pixels", message);
        Assert.Contains("at most 67.1 megapixels", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void MaximumPixels_OutOfRange_IsRefusedAndElseKept()
    {
        long before = ImageDecoder.MaximumPixels;

        Assert.Throws<ArgumentOutOfRangeException>(() => ImageDecoder.MaximumPixels = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageDecoder.MaximumPixels = 500_000_001);
        // Other tests decode meanwhile; none is as large as either.
        ImageDecoder.MaximumPixels = 66_000_000;
        try
        {
            Assert.Equal(66_000_000, ImageDecoder.MaximumPixels);
        }
        finally
        {
            ImageDecoder.MaximumPixels = before;
        }
    }

    [Fact]
    public void Read_LimitBelowTheImage_RefusesAndAtTheImageReads()
    {
        byte[] png = MadeImage.Quarters(SkiaSharp.SKEncodedImageFormat.Png);

        Assert.Equal(32, EncodedPixels.Read(png, maximumPixels: 512, EncodedPixels.FullSize, reason => new InvalidDataException(reason)).Width);
        Assert.Equal("it is 32x16 pixels", Assert.Throws<InvalidDataException>(
            () => EncodedPixels.Read(png, maximumPixels: 511, EncodedPixels.FullSize, reason => new InvalidDataException(reason))).Message);
    }

    [Fact]
    public void Decode_PipeOrDevice_IsRefusedWithoutWaiting()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string pipe = folder.File("pipe.png"), link = folder.File("link.png");
        using (Process made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        File.CreateSymbolicLink(link, "/dev/zero");

        foreach (string path in new[] { pipe, "/dev/zero", link })
        {
            Assert.Contains("no regular file", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(path)).Message);
            Assert.Contains("no regular file", Assert.Throws<InvalidDataException>(() => ImageDecoder.Check(path)).Message);
        }
    }

    [Fact]
    public void Decode_FileBeyondTheLimit_IsRefusedByItsLength()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("long.png");
        // Sparse: it takes no space.
        using (FileStream file = File.Create(path))
            file.SetLength(ImageDecoder.MaximumLength + 1);

        Assert.Contains("longer than 256 MiB", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(path)).Message);
    }

    [Fact]
    public void Decode_LongFileWhoseHeaderIsWrong_IsRefusedBeforeItIsRead()
    {
        using var folder = new TemporaryFolder();
        string zeros = folder.File("zeros.png"), huge = folder.File("huge.gif");
        File.WriteAllBytes(huge, Gif);
        foreach (string path in new[] { zeros, huge })
        {
            using FileStream file = File.OpenWrite(path);
            file.SetLength(200 << 20);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("another format", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(zeros)).Message);
        Assert.Contains("10000x10000", Assert.Throws<InvalidDataException>(() => ImageDecoder.Check(huge)).Message);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public async Task Take_MoreThanAllImagesTogetherMayHave_WaitsForAnotherImageToBeFreed()
    {
        const long Half = 600_000_000, Limit = 1_000_000_000;
        using PixelBudget.Share? first = PixelBudget.Take(Half, Limit);

        Task<PixelBudget.Share?> second = Task.Run(() => PixelBudget.Take(Half, Limit));
        await Task.Delay(100);
        Assert.False(second.IsCompleted);
        Assert.Null(PixelBudget.Take(1000, Limit));

        first!.Dispose();
        first.Dispose();
        (await second.WaitAsync(TimeSpan.FromMinutes(1)))!.Dispose();
    }

    [Fact]
    public void MaximumLength_OutOfRange_IsRefused()
    {
        Assert.Equal(256L << 20, ImageDecoder.MaximumLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageDecoder.MaximumLength = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageDecoder.MaximumLength = int.MaxValue);
    }

    [Fact]
    public void Decode_AFolder_SaysThatItIsOne()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("is a folder", Assert.Throws<FileNotFoundException>(() => ImageDecoder.Decode(folder.Path)).Message);
    }
}
