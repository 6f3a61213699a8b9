using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests;

public sealed class ResNeXtPredictorTests
{
    private const int Images = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Predict_FromEightThreads_GivesExactlyTheScoresOfTransform(int maxConcurrency)
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MaxConcurrency = maxConcurrency });
        Patterns.Row[] rows = [.. Patterns.Make(Images, seed: 3)];
        var scores = new float[Images][];
        int next = -1;

        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int index; (index = Interlocked.Increment(ref next)) < Images;)
            {
                using MLImage image = rows[index].Image;
                scores[index] = [.. predictor.Predict(image).Scores];
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(Scores(LastStep("Image").Transform(Rows(Images, seed: 3))), scores);
    }

    [Fact]
    public void Predict_OfPathStreamBytesAndImage_GivesTheSame()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[] content = Png(Patterns.Make(1, seed: 3)[0]);
        using var file = new TemporaryFile(content, "image.png");
        using MLImage image = ImageDecoder.Decode(file.Path);
        using var stream = new MemoryStream(content);

        ImagePrediction expected = predictor.Predict(image);

        Assert.Equal(expected.Scores, predictor.Predict(file.Path).Scores);
        Assert.Equal(expected.Scores, predictor.Predict(stream).Scores);
        Assert.Equal(expected.Scores, predictor.Predict(content).Scores);
        Assert.Equal([expected.Scores, expected.Scores], predictor.Predict([image, image]).Select(prediction => prediction.Scores));
    }

    [Fact]
    public void Predict_OfAnyImage_NamesTheMostProbableClass()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;

        ImagePrediction prediction = predictor.Predict(image);

        Assert.Equal(prediction.Scores.Max(), prediction.Score);
        Assert.Equal(Patterns.Names[prediction.Scores.ToList().IndexOf(prediction.Score)], prediction.Label);
        Assert.Equal(new RankedClass(prediction.Label!, prediction.Score), prediction.GetTopK(3)[0]);
        Assert.Equal(3, prediction.GetTopK(3).Count);
    }

    [Fact]
    public void Predict_BelowTheMinimumScore_DoesNotKnow()
    {
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;
        ImagePrediction Predict(float minimumScore)
        {
            using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MinimumScore = minimumScore });
            return predictor.Predict(image);
        }

        float score = Predict(0).Score;

        Assert.NotNull(Predict(score).Label);
        Assert.Null(Predict(MathF.BitIncrement(score)).Label);
        Assert.Equal(score, Predict(1).Score);
        Assert.Equal(Predict(0).Label, Predict(1).GetTopK(1)[0].Label);
    }

    [Fact]
    public void Load_OfAPipelineWithTransformsAround_ScoresLikeIt()
    {
        using var file = new TemporaryFile(name: "model.zip");
        IEstimator<ITransformer> pipeline = MlContext.Transforms.CopyColumns("My photo", "Image")
            .Append(Pipeline(Options("My photo") with { ScoreColumnName = "p" }));
        ITransformer model = pipeline.Fit(Rows());
        MlContext.Model.Save(model, Rows().Schema, file.Path);
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;

        using var predictor = ResNeXtPredictor.Load(new MLContext(), file.Path);

        Assert.Equal(model.Transform(Rows(1, seed: 3)).GetColumn<float[]>("p").Single(), predictor.Predict(image).Scores);
        Assert.Equal(Patterns.Names, predictor.ClassNames);
    }

    [Fact]
    public void Predict_AfterAnImageThatCannotBeRead_GoesOn()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MaxConcurrency = 1 });
        for (int i = 0; i < 3; i++)
            Assert.Contains("'upload'", Assert.Throws<InvalidDataException>(() => predictor.Predict("no image"u8.ToArray(), "upload")).Message, StringComparison.Ordinal);

        Assert.Equal(3, predictor.Predict(Png(Patterns.Make(1, seed: 3)[0])).Scores.Count);
    }

    [Fact]
    public async Task Predict_OnMoreThreadsThanAllowed_DecodesNoMoreAtATime()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MaxConcurrency = 2 });
        byte[] content = Png(Patterns.Make(1, seed: 3)[0]);
        int reading = 0, most = 0;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var stream = new WatchedStream(content, () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref reading));
                Thread.Sleep(20);
                Interlocked.Decrement(ref reading);
            });
            predictor.Predict(stream);
        })));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Dispose_DuringAPrediction_WaitsForItAndRefusesLaterOnes()
    {
        var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MaxConcurrency = 1 });
        using var started = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var stream = new WatchedStream(Png(Patterns.Make(1, seed: 3)[0]), () =>
        {
            started.Set();
            goOn.Wait();
        });
        Task<ImagePrediction> running = Task.Run(() => predictor.Predict(stream));
        started.Wait();
        Task disposal = Task.Run(predictor.Dispose);

        Assert.NotSame(disposal, await Task.WhenAny(disposal, Task.Delay(100)));
        goOn.Set();
        await disposal;

        Assert.Equal(3, (await running).Scores.Count);
        Assert.Contains(nameof(ResNeXtPredictor), Assert.Throws<ObjectDisposedException>(() => predictor.Predict("any.png")).Message, StringComparison.Ordinal);
        predictor.Dispose();
    }

    [Fact]
    public void Dispose_OfAPredictorOnAModelOfTheCallers_LeavesTheModel()
    {
        new ResNeXtPredictor(MlContext, LastStep("Image")).Dispose();

        Assert.Equal(12, Scores(LastStep("Image").Transform(Rows())).Length);
    }

    [Fact]
    public void Create_WithMistakes_SaysWhatIsAllowed()
    {
        string options = Assert.Throws<ArgumentException>(() =>
            new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MinimumScore = 1.5f, MaxConcurrency = 0 })).Message;
        string vectors = Assert.Throws<ArgumentException>(() => new ResNeXtPredictor(MlContext, LastStep("Planar"))).Message;

        Assert.Contains("from 0 to 1", options, StringComparison.Ordinal);
        Assert.Contains("MaxConcurrency is 0; it must be from 1 to 10000", options, StringComparison.Ordinal);
        Assert.Contains("vectors of pixels, in the column 'Planar'", vectors, StringComparison.Ordinal);
    }

    internal static byte[] Png(Patterns.Row row)
    {
        using MLImage image = row.Image;
        using var file = new TemporaryFile(name: "image.png");
        image.Save(file.Path);
        return File.ReadAllBytes(file.Path);
    }

    /// <summary>The bytes of a file, and something to do at the first of them.</summary>
    private sealed class WatchedStream(byte[] content, Action atStart) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer)
        {
            if (Position == 0)
                atStart();
            return base.Read(buffer);
        }
    }
}
