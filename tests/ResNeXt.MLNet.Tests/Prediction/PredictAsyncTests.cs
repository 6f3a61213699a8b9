using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Prediction;

public sealed class PredictAsyncTests : IDisposable
{
    private readonly ResNeXtPredictor _predictor = new(MlContext, LastStep("Image"), new() { MaxConcurrency = 2, MaximumLength = 10_000 });
    private readonly byte[] _png = Png();

    public static TheoryData<byte[]> BadUploads => new(
        [], "no image"u8.ToArray(), Png()[..60], [.. Png()[..30], .. new byte[200]], new byte[20_000]);

    public void Dispose() => _predictor.Dispose();

    [Fact]
    public async Task PredictAsync_OfARequestBody_EqualsPredict()
    {
        ImagePrediction prediction = await _predictor.PredictAsync(new AsynchronousStream(_png), CancellationToken.None);

        Assert.Equal(_predictor.Predict(_png).Scores, prediction.Scores);
    }

    [Theory]
    [MemberData(nameof(BadUploads))]
    public async Task PredictAsync_OfABadUpload_ThrowsInvalidDataAndGoesOn(byte[] content)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => _predictor.PredictAsync(new AsynchronousStream(content)));

        Assert.Equal(3, (await _predictor.PredictAsync(new AsynchronousStream(_png))).Scores.Count);
    }

    [Fact]
    public async Task PredictAsync_OfAnUploadThatIsTooLong_SaysHowLongItMayBe()
    {
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => _predictor.PredictAsync(new AsynchronousStream(new byte[10_001])));

        Assert.Contains("10000 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PredictAsync_FromManyCallers_GivesTheSameToAll()
    {
        ImagePrediction[] predictions = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => _predictor.PredictAsync(new AsynchronousStream(_png))));

        Assert.All(predictions, prediction => Assert.Equal(predictions[0].Scores, prediction.Scores));
    }

    [Fact]
    public async Task PredictAsync_Cancelled_Ends() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => _predictor.PredictAsync(new AsynchronousStream(_png), new CancellationToken(canceled: true)));

    [Fact]
    public async Task PredictAsync_AfterDispose_SaysSo()
    {
        _predictor.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _predictor.PredictAsync(new AsynchronousStream(_png)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_OfAStream_PredictsLikeTheFile(bool canSeek)
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(Trained(reloaded: false, "Image"), Rows().Schema, file.Path);
        byte[] content = File.ReadAllBytes(file.Path);
        using Stream stream = canSeek ? new MemoryStream(content) : new System.IO.Compression.BrotliStream(
            new MemoryStream(Compressed(content)), System.IO.Compression.CompressionMode.Decompress);

        using var predictor = ResNeXtPredictor.Load(new MLContext(), stream);

        Assert.Equal(_predictor.Predict(_png).Scores, predictor.Predict(_png).Scores);
    }

    [Fact]
    public void Load_OfAStreamThatIsNoModel_SaysSo()
    {
        using var stream = new MemoryStream("no model"u8.ToArray());

        var exception = Assert.Throws<InvalidDataException>(() => ResNeXtPredictor.Load(MlContext, stream));

        Assert.Contains("not a saved model", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_OfAPrediction_NamesTheFirstThreeClasses()
    {
        ImagePrediction prediction = _predictor.Predict(_png);
        RankedClass[] top = [.. prediction.GetTopK(3)];

        string expected = string.Join(", ", top.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Label} {item.Score * 100:F1} %")));

        Assert.Equal(expected, $"{prediction}");
    }

    [Fact]
    public void ToString_WithoutALabel_SaysUnknown()
    {
        using var strict = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MinimumScore = 1 });

        Assert.StartsWith("unknown: ", $"{strict.Predict(_png)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_AfterItsModelWasDisposedOf_SaysSo()
    {
        ResNeXtTransformer model = Trainer(Options("Image")).Fit(KeyedRows());
        using var predictor = new ResNeXtPredictor(MlContext, model);
        model.Dispose();

        var exception = Assert.Throws<ObjectDisposedException>(() => predictor.Predict(_png));

        Assert.Contains(nameof(ResNeXtTransformer), exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Compressed(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var stream = new System.IO.Compression.BrotliStream(compressed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(content);
        return compressed.ToArray();
    }

    private static byte[] Png()
    {
        using var file = new TemporaryFile(name: "image.png");
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;
        image.Save(file.Path);
        return File.ReadAllBytes(file.Path);
    }
}
