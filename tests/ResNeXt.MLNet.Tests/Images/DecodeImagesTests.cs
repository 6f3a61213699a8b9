using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Folders;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Images;

/// <summary>The transform that reads files, from a folder of images to a model that was saved with it.</summary>
public sealed class DecodeImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DecodeImages_InATrainedPipeline_ScoresFiles(bool reloaded)
    {
        for (int i = 0; i < 4; i++)
        {
            File.WriteAllBytes(_folder.File("quarters", $"{i}.jpg"), MadeImage.Quarters(SKEncodedImageFormat.Jpeg));
            File.WriteAllBytes(_folder.File("turned", $"{i}.jpg"), MadeImage.JpegWithOrientation(6));
        }
        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.DecodeImages())
            .Append(_mlContext.MulticlassClassification.Trainers.ResNeXt(TinyModel.Options("Image") with { ImageSize = 16 }));

        ITransformer trained = pipeline.Fit(rows);
        IDataView scored = TinyModel.ReloadIf(reloaded, trained, rows.Schema).Transform(rows);

        Assert.Equal(ResNeXtTrainerTests.Scores(trained.Transform(rows)), ResNeXtTrainerTests.Scores(scored));
        Assert.Equal(8, ResNeXtTrainerTests.Scores(scored).Length);
        Assert.DoesNotContain(scored.Schema, column => column.Name.StartsWith("ResNeXt.", StringComparison.Ordinal));
    }

    [Fact]
    public void DecodeImages_OfATurnedPhotograph_IsUprightWhereLoadImagesIsNot()
    {
        File.WriteAllBytes(_folder.File("a", "1.jpg"), MadeImage.JpegWithOrientation(6));
        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path);

        Assert.Equal((16, 32), SizeOf(_mlContext.Transforms.DecodeImages()));
        Assert.Equal((32, 16), SizeOf(_mlContext.Transforms.LoadImages("Image", null, "ImagePath")));

        (int, int) SizeOf(IEstimator<ITransformer> decoding)
        {
            // Asked of each row in its turn: the image ends with it.
            return decoding.Fit(rows).Transform(rows).GetColumn<MLImage>("Image").Select(image => (image.Width, image.Height)).Single();
        }
    }

    [Fact]
    public void DecodeImages_OfATransparentPixel_IsWhiteWhereLoadImagesLeavesItTransparent()
    {
        File.WriteAllBytes(_folder.File("a", "1.png"), MadeImage.Png(new SKColor(255, 0, 0, 0)));
        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path);

        Assert.Equal([255, 255, 255, 255], PixelOf(_mlContext.Transforms.DecodeImages()));
        Assert.Equal(0, PixelOf(_mlContext.Transforms.LoadImages("Image", null, "ImagePath"))[3]);

        byte[] PixelOf(IEstimator<ITransformer> decoding) =>
            decoding.Fit(rows).Transform(rows).GetColumn<MLImage>("Image").Select(image => image.Pixels.ToArray()).Single();
    }

    [Fact]
    public void DecodeImages_OfABrokenFile_NamesIt()
    {
        File.WriteAllText(_folder.File("a", "broken.png"), "no image");
        IDataView rows = _mlContext.Data.LoadFromImageFolder(_folder.Path, UnreadableImageHandling.Unchecked);

        var error = Assert.Throws<InvalidDataException>(() => _mlContext.Transforms.DecodeImages().Fit(rows).Transform(rows).GetColumn<MLImage>("Image").Count());

        Assert.Contains("broken.png", error.Message);
    }
}
