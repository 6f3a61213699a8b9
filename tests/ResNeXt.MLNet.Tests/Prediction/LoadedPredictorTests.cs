using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Prediction;

/// <summary>A loaded predictor opens a session itself; its scores are those of the chain in the file, to the last bit.</summary>
public sealed class LoadedPredictorTests
{
    [Theory]
    [InlineData(16, 16, MLPixelFormat.Bgra32)]
    [InlineData(16, 16, MLPixelFormat.Rgba32)]
    [InlineData(61, 40, MLPixelFormat.Rgba32)]
    [InlineData(40, 61, MLPixelFormat.Bgra32)]
    [InlineData(9, 7, MLPixelFormat.Rgba32)]
    [InlineData(1, 300, MLPixelFormat.Bgra32)]
    public void Predict_OfAnImageOfAnySize_GivesExactlyTheScoresOfModelLoad(int width, int height, MLPixelFormat format)
    {
        using TemporaryFile zip = Saved(LastStep("Image"));
        using MLImage image = Noise(width, height, format);
        ITransformer plain = MlContext.Model.Load(zip.Path, out _);
        using var engine = MlContext.Model.CreatePredictionEngine<ImageOfAnySize, Patterns.Prediction>(plain);
        float[] expected = engine.Predict(new() { Image = image }).Score;

        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        Assert.Equal(expected, predictor.Predict(image).Scores);
        // The caller's image can be used again.
        Assert.Equal(expected, predictor.Predict(image).Scores);
    }

    [Fact]
    public void Predict_WithAnInt8Model_GivesExactlyTheScoresOfModelLoad()
    {
        using ResNeXtTransformer int8 = LastStep("Image").Quantize(KeyedRows());
        using TemporaryFile zip = Saved(int8);
        using MLImage image = Noise(20, 30, MLPixelFormat.Rgba32);
        ITransformer plain = MlContext.Model.Load(zip.Path, out _);
        using var engine = MlContext.Model.CreatePredictionEngine<ImageOfAnySize, Patterns.Prediction>(plain);

        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        Assert.Equal(engine.Predict(new() { Image = image }).Score, predictor.Predict(image).Scores);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Predict_WithAnyNumberOfThreads_GivesTheSameScores(int threads)
    {
        ResNeXtTransformer model = LastStep("Image");
        using TemporaryFile zip = Saved(model);
        using MLImage image = Noise(40, 61, MLPixelFormat.Rgba32);
        using var byDefault = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        using var loaded = ResNeXtPredictor.Load(new MLContext(), zip.Path, new() { Threads = threads });
        using var made = new ResNeXtPredictor(new MLContext(), model, new() { Threads = threads });

        float[] expected = [.. byDefault.Predict(image).Scores];
        Assert.Equal(expected, loaded.Predict(image).Scores);
        Assert.Equal(expected, made.Predict(image).Scores);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void Load_WithAnImpossibleNumberOfThreads_NamesIt(int threads)
    {
        using TemporaryFile zip = Saved(LastStep("Image"));

        var exception = Assert.Throws<ArgumentException>(() => ResNeXtPredictor.Load(new MLContext(), zip.Path, new() { Threads = threads }));

        Assert.Contains($"Threads is {threads}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAModel_WritesNoFile()
    {
        using TemporaryFile zip = Saved(LastStep("Image"));
        using var folder = new TemporaryFolder();

        using var predictor = ResNeXtPredictor.Load(new MLContext { TempFilePath = folder.Path }, zip.Path);

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static TemporaryFile Saved(ITransformer model)
    {
        var zip = new TemporaryFile(name: "model.zip");
        MlContext.Model.SaveUncompressed(model, inputSchema: null, zip.Path);
        return zip;
    }

    private static MLImage Noise(int width, int height, MLPixelFormat format)
    {
        var pixels = new byte[width * height * 4];
        new Random(1).NextBytes(pixels);
        for (int alpha = 3; alpha < pixels.Length; alpha += 4)
            pixels[alpha] = 255;
        return MLImage.CreateFromPixels(width, height, format, pixels);
    }

    private sealed class ImageOfAnySize
    {
        [AnyImageType]
        public required MLImage Image { get; init; }
    }
}
