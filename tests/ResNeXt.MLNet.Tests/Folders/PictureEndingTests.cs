using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Tests.Images;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Folders;

/// <summary>Every ending, every kind of folder that is not a user's, and names that look like others.</summary>
public sealed class PictureEndingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _warnings = [];

    public PictureEndingTests() => _mlContext.Log += (_, entry) =>
    {
        if (entry.Kind == ChannelMessageKind.Warning)
            _warnings.Add(entry.Message);
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadFromImageFolder_EveryAcceptedEnding_IsLoadedAndDecoded()
    {
        foreach (string ending in PictureEndings.Accepted)
        {
            File.WriteAllBytes(_folder.File("a", $"lower{ending}"), MadeImage.Quarters(SKEncodedImageFormat.Jpeg));
            File.WriteAllBytes(_folder.File("a", $"UPPER{ending.ToUpperInvariant()}"), MadeImage.Quarters(SKEncodedImageFormat.Png));
        }

        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path);
        IDataView decoded = _mlContext.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);

        Assert.Equal(2 * PictureEndings.Accepted.Count, decoded.GetColumn<MLImage>("Image").Count());
        Assert.Empty(_warnings);
        Assert.All(new[] { ".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".bmp", ".gif", ".webp" }, ending =>
            Assert.Contains(ending, PictureEndings.Accepted));
    }

    [Theory]
    [InlineData(UnreadableImageHandling.Throw)]
    [InlineData(UnreadableImageHandling.Unchecked)]
    public void LoadFromImageFolder_OtherPictures_AreCountedAndNamedOnce(UnreadableImageHandling unreadable)
    {
        Image("a", "1.png");
        foreach (string name in new[] { "1.tif", "2.TIF", "3.heic", "4.avif", "5.tiff", "notes.txt", "._6.tif" })
            File.WriteAllText(_folder.File("a", name), "");

        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path, unreadable);

        Assert.Single(rows.GetColumn<string>("ImagePath"));
        string warning = Assert.Single(_warnings);
        Assert.Contains($"In '{_folder.Path}' 5 pictures are left out because their formats are not read: 2 .tif, 1 .avif, 1 .heic, 1 .tiff; convert to JPEG", warning);
    }

    [Fact]
    public void Open_ClassOfOtherPicturesOnly_SaysSo()
    {
        File.WriteAllText(_folder.File("a", "1.heic"), "");

        Assert.Contains("a (only 1 .heic); fill or remove", Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Open_FoldersOfSystems_AreNeitherClassesNorSearched()
    {
        Image("a", "1.png");
        foreach (string name in new[] { "@eaDir", "__MACOSX", "$RECYCLE.BIN", "System Volume Information", "lost+found", "#recycle",
            ".ipynb_checkpoints", "@EADIR" })
        {
            Image(name, "2.png");
            Image("a", name, "3.png");
        }
        foreach (string name in new[] { ".DS_Store", "Thumbs.db", "desktop.ini" })
        {
            File.WriteAllText(_folder.File("a", name), "");
            File.WriteAllText(_folder.File(name), "");
        }

        ImageFolder images = ImageFolder.Open(_folder.Path);

        Assert.Equal(["a"], images.ClassNames);
        Assert.Equal(_folder.File("a", "1.png"), Assert.Single(images.Files).ImagePath);
        Assert.Null(images.Warning);
        Assert.Equal(images.Files.Select(file => file.ImagePath), ImageFolder.FindImages(_folder.Path).Paths);
    }

    [Fact]
    public void Open_ClassNamesOfTwoUnicodeForms_AreNamed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Image("caf\u00E9", "1.png");
        Image("cafe\u0301", "2.png");

        Assert.Contains("two class folders are called 'cafe\u0301'", Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path))
            .Message);
    }

    [Fact]
    public void LoadSetsFromImageFolder_ClassOfAnotherUnicodeForm_SaysSo()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Image("train", "caf\u00E9", "1.png");
        Image("test", "cafe\u0301", "2.png");

        Assert.Contains("NFC against NFD", Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadSetsFromImageFolder(_folder.Path)).Message);
    }

    [Fact]
    public void LoadFromImageFolder_NamesThatAreNotUtf8_AreNamedAsSuch()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Image("a", "1.png");
        Image("b", "1.png");
        Shell($"cp '{_folder.File("a", "1.png")}' \"$(printf '{_folder.Path}/a/\\351.png')\"");
        string ofFile = Assert.Throws<InvalidDataException>(() => _mlContext.Data.LoadFromImageFolder(_folder.Path)).Message, warning =
            Assert.Single(_warnings);
        Shell($"rm -r '{_folder.Path}/a' && mkdir \"$(printf '{_folder.Path}/\\351')\"");
        string ofFolder = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path)).Message;
        Shell($"rmdir \"$(printf '{_folder.Path}/\\351')\"");

        Assert.Contains("Names with \uFFFD are not valid UTF-8", ofFile);
        Assert.Contains("its name is not valid UTF-8; rename it", warning);
        Assert.Contains("name that is not valid UTF-8", ofFolder);
    }

    private static void Shell(string command)
    {
        using Process process = Process.Start("sh", ["-c", command]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Image(params string[] parts) => File.WriteAllBytes(_folder.File(parts), MadeImage.Quarters(SKEncodedImageFormat.Png));
}
