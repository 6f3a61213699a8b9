using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Images.Resizing;
using ResNeXt.MLNet.Tests.Images;
using SkiaSharp;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Scoring.Mappings;

/// <summary>Models on encoded images decode photographs to the network's size at once, the same way wherever a photograph is scored.</summary>
public sealed class ReducedImageDecodingTests
{
    private const int Side = 16;

    private static readonly Lazy<ITransformer> Model = new(() => Pipeline(Options("Content") with { ImageSize = Side }).Fit(Data([.. Enumerable.Range(0, 12).Select(Photograph)])));

    [Fact]
    public void Transform_FittedAndReloadedAndPredictor_GiveTheSameScores()
    {
        byte[][] photographs = [.. Enumerable.Range(20, 4).Select(Photograph), MadeImage.Quarters(SKEncodedImageFormat.Png)];
        IDataView rows = Data(photographs);
        float[][] expected = ResNeXtTrainerTests.Scores(Model.Value.Transform(rows));
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Model.Value, rows.Schema, file.Path);
        using ResNeXtTransformer loaded = ResNeXtTransformer.Load(new MLContext(), file.Path);
        using var predictor = ResNeXtPredictor.Load(new MLContext(), file.Path);
        using var onFitted = new ResNeXtPredictor(MlContext, ((TransformerChain<ResNeXtTransformer>)Model.Value).LastTransformer);

        Assert.Equal(expected, ResNeXtTrainerTests.Scores(new MLContext().Model.Load(file.Path, out _).Transform(rows)));
        Assert.Equal(expected, ResNeXtTrainerTests.Scores(loaded.Transform(rows)));
        Assert.Equal(expected, photographs.Select(content => predictor.Predict(content).Scores));
        Assert.Equal(expected, photographs.Select(content => onFitted.Predict(content).Scores));
    }

    [Fact]
    public void Predict_OfADecodedImage_ResizesItTheSameWay()
    {
        // A PNG has no smaller sizes to decode to, so nothing but the resizing is left.
        byte[] png = MadeImage.Quarters(SKEncodedImageFormat.Png);
        using MLImage image = ImageDecoder.Decode(png, "image");
        using var predictor = new ResNeXtPredictor(MlContext, ((TransformerChain<ResNeXtTransformer>)Model.Value).LastTransformer);

        Assert.Equal(predictor.Predict(png).Scores, predictor.Predict(image).Scores);
    }

    [Theory]
    [InlineData(800, 600, 100, 75)]
    [InlineData(600, 800, 75, 100)]
    [InlineData(100, 80, 25, 20)]
    [InlineData(40, 31, 40, 31)]
    public void DecodeReduced_OfAJpeg_DecodesToTheSmallestSizeThatIsNotBelowTheTarget(int width, int height, int decodedWidth, int decodedHeight)
    {
        byte[] content = Jpeg(width, height, seed: 1);
        using SKCodec codec = SKCodec.Create(SKData.CreateCopy(content));
        using var decoded = new SKBitmap(new SKImageInfo(decodedWidth, decodedHeight, SKColorType.Rgba8888, SKAlphaType.Premul));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(decoded.Info, decoded.GetPixels()));

        using MLImage image = ImageDecoder.DecodeReduced(content, "image", Side, Side);

        Assert.Equal(AntialiasedResize.Of(decoded.GetPixelSpan(), decodedWidth, decodedHeight, Side, Side), image.Pixels.ToArray());
    }

    [Fact]
    public void DecodeReduced_OfACutOffJpeg_RefusesIt()
    {
        byte[] content = Photograph(1);

        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(
            () => ImageDecoder.DecodeReduced(content.AsSpan(0, content.Length / 2), "image", Side, Side)).Message);
    }

    private static IDataView Data(byte[][] contents) =>
        MlContext.Data.LoadFromEnumerable(contents.Select((content, index) => new Row { Content = content, Label = Patterns.Names[index % Patterns.Names.Length] }));

    // Large enough for an eighth of it.
    private static byte[] Photograph(int seed) => Jpeg(200 + seed, 160, seed);

    private static byte[] Jpeg(int width, int height, int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i =>
            new SKColor((byte)(i % width * (seed + 1)), (byte)(i / width * 3), (byte)((i % width) * (i / width) / 50)))];
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private sealed class Row
    {
        public byte[] Content { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
