using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Tool.Data;
using SkiaSharp;

namespace ResNeXt.Tool.Tests.Data;

/// <summary>What ML.NET makes of the rows; none of it is documented there.</summary>
public sealed class LabeledImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadFromEnumerable_ImagesOfVaryingSize_PassThroughResizeAndExtractTwiceTheSame()
    {
        for (int i = 0; i < 300; i++)
            _folder.Image(new SKColor((byte)(i % 200), (byte)(i / 2), 7), 5 + i % 7, 5 + i % 3, i % 2 == 0 ? "even" : "odd", $"{i:000}.png");
        FolderImages images = FolderImages.Open(_folder.Path);
        IDataView view = images.ToDataView(_context);
        IDataView pixels = _context.Transforms.ResizeImages("Image", 4, 4)
            .Append(_context.Transforms.ExtractPixels("Features", "Image"))
            .Append(_context.Transforms.Conversion.MapValueToKey("Label"))
            .Fit(view).Transform(view);

        float[][] first = [.. pixels.GetColumn<float[]>("Features")];
        float[][] second = [.. pixels.GetColumn<float[]>("Features")];

        var expected = images.Rows().Select(row => int.Parse(Path.GetFileNameWithoutExtension(row.Name)));
        Assert.Equal(expected.Select(i => ((float)(i % 200), (float)(i / 2), 7f)), first.Select(f => (f[0], f[16], f[32])));
        Assert.Equal(first, second);
    }

    [Fact]
    public void LoadFromEnumerable_ImageNotAskedFor_IsNotDecoded()
    {
        int decoded = 0;
        IDataView view = _context.Data.LoadFromEnumerable(Rows(() => { decoded++; return Gray(); }));

        Assert.Equal(["cat", "dog"], view.GetColumn<string>("Label"));
        Assert.Equal(["first", "second"], view.GetColumn<string>("Name"));
        Assert.Equal(0, decoded);

        Assert.Equal(2, view.GetColumn<MLImage>("Image").Count());
        Assert.Equal(2, decoded);
    }

    [Fact]
    public void LoadFromEnumerable_UnreadableImage_SurfacesAsItIs()
    {
        File.WriteAllText(_folder.File("a", "broken.png"), "no image");
        _folder.Image(SKColors.Red, 4, 4, "b", "fine.png");
        IDataView view = FolderImages.Open(_folder.Path).ToDataView(_context);
        IDataView pixels = _context.Transforms.ResizeImages("Image", 4, 4).Append(_context.Transforms.ExtractPixels("Features", "Image"))
            .Fit(view).Transform(view);

        var error = Assert.Throws<InvalidDataException>(() => pixels.GetColumn<float[]>("Features").Count());

        Assert.Contains("broken.png", error.Message);
    }

    [Fact]
    public void ToDataView_CifarFile_AnnouncesTheSize()
    {
        string path = _folder.File("images.bin");
        File.WriteAllBytes(path, new byte[3073]);

        var type = Assert.IsType<ImageDataViewType>(CifarFile.Open(path).ToDataView(_context).Schema["Image"].Type);

        Assert.Equal((32, 32), (type.Height, type.Width));
    }

    [Fact]
    public void Rows_NextRow_EndsTheOneBefore()
    {
        _folder.Image(SKColors.Red, 4, 4, "a", "1.png");
        _folder.Image(SKColors.Red, 4, 4, "a", "2.png");
        using IEnumerator<LabeledImage> rows = FolderImages.Open(_folder.Path).Rows().GetEnumerator();
        Assert.True(rows.MoveNext());
        MLImage first = rows.Current.Image;
        Assert.Equal(4, first.Width);

        Assert.True(rows.MoveNext());

        Assert.Throws<InvalidOperationException>(() => first.Pixels.Length);
    }

    private static IEnumerable<LabeledImage> Rows(Func<MLImage> decode)
    {
        foreach ((string label, string name) in new[] { ("cat", "first"), ("dog", "second") })
        {
            using var row = new LabeledImage(decode, label, name);
            yield return row;
        }
    }

    private static MLImage Gray() => MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [128, 128, 128, 255]);
}
