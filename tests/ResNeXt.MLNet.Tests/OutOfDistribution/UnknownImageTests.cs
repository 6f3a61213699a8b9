using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.OutOfDistribution;

/// <summary>A model that was trained with validation images tells images of another kind from those of its classes.</summary>
public sealed class UnknownImageTests
{
    private const int Held = 60;

    // Trained once, with another seed than the images that are predicted.
    private static readonly Lazy<ResNeXtTransformer> Model = new(() => Train(Small("Image")));

    [Fact]
    public void Predict_OfImagesOfTheClassesAndOfNoise_KnowsTheFormerOnly()
    {
        using TemporaryFile zip = Saved(Model.Value);
        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        ImagePrediction[] known = [.. Patterns.Make(Held, seed: 5).Select(row => Predict(predictor, row.Image))];
        ImagePrediction[] unknown = [.. Enumerable.Range(0, 10).Select(seed => Predict(predictor, Noise(seed)))];

        Assert.True(known.Count(prediction => prediction.Label is not null) >= 0.95 * Held);
        Assert.All(known, prediction => Assert.Equal(prediction.Label is null, prediction.IsOutOfDistribution));
        Assert.All(unknown, prediction => Assert.True(prediction.IsOutOfDistribution && prediction.Label is null && prediction.Distance > 1, $"{prediction.Distance}"));
        Assert.All(unknown, prediction => Assert.NotNull(prediction.GetTopK(1)[0].Label));
    }

    [Fact]
    public void Predict_WithAnyMaximumDistance_GivesALabelAndTheDistance()
    {
        using var predictor = new ResNeXtPredictor(MlContext, Model.Value, new() { MaximumDistance = float.PositiveInfinity });
        using var loose = new ResNeXtPredictor(MlContext, Model.Value, new() { MaximumDistance = 0.001f });

        ImagePrediction noise = Predict(predictor, Noise(1)), pattern = Predict(loose, Patterns.Make(1, seed: 5)[0].Image);

        Assert.NotNull(noise.Label);
        Assert.False(noise.IsOutOfDistribution);
        Assert.True(noise.Distance > 1);
        Assert.True(pattern.IsOutOfDistribution);
        Assert.Contains("MaximumDistance is 0", Assert.Throws<ArgumentException>(() => new ResNeXtPredictor(MlContext, Model.Value, new() { MaximumDistance = 0 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_WithDistances_GivesExactlyTheScoresOfTransform()
    {
        using var predictor = new ResNeXtPredictor(MlContext, Model.Value);

        float[][] scores = [.. Patterns.Make(12, seed: 5).Select(row => Predict(predictor, row.Image).Scores.ToArray())];

        Assert.Equal(Scores(Model.Value.Transform(Rows(12, seed: 5))), scores);
    }

    [Fact]
    public void Predict_WithAnInt8Model_GivesTheScoresOfTransformAndAboutTheDistance()
    {
        using ResNeXtTransformer int8 = Model.Value.Quantize(KeyedRows());
        using var predictor = new ResNeXtPredictor(MlContext, int8);
        using var exact = new ResNeXtPredictor(MlContext, Model.Value);

        ImagePrediction noise = Predict(predictor, Noise(1));
        float[][] scores = [.. Patterns.Make(12, seed: 5).Select(row => Predict(predictor, row.Image).Scores.ToArray())];

        Assert.Equal(Scores(int8.Transform(Rows(12, seed: 5))), scores);
        Assert.Equal(Predict(exact, Noise(1)).Distance!.Value, noise.Distance!.Value, 0.3f * noise.Distance.Value);
    }

    [Fact]
    public void Explain_OfAnImage_GivesTheDistanceOfThePrediction()
    {
        using var predictor = new ResNeXtPredictor(MlContext, Model.Value);
        using MLImage noise = Noise(1);

        ImageExplanation explanation = predictor.Explain(noise);

        Assert.Equal(predictor.Predict(noise).Distance!.Value, explanation.Prediction.Distance!.Value, 1e-3f);
        Assert.Null(explanation.Prediction.Label);
        Assert.NotEmpty(explanation.ToPng());
    }

    [Fact]
    public void Fit_ForTestTimeFlip_MeasuresTheImageNotItsMirrorImage()
    {
        using ResNeXtTransformer model = Train(Options("Image") with { TestTimeFlip = true });
        using var predictor = new ResNeXtPredictor(MlContext, model, new() { MaximumDistance = float.PositiveInfinity });
        using MLImage noise = Noise(1);

        Assert.Equal(predictor.Explain(noise).Prediction.Distance!.Value, predictor.Predict(noise).Distance!.Value, 1e-3f);
    }

    [Fact]
    public void Fit_WithFewImages_SavesNoDistances()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        using MLImage noise = Noise(1);

        ImagePrediction prediction = predictor.Predict(noise);

        Assert.Null(prediction.Distance);
        Assert.NotNull(prediction.Label);
    }

    [Fact]
    public void Temp()
    {
        using var predictor = new ResNeXtPredictor(MlContext, Model.Value);
        string D(Func<int, int, int, byte> f) => string.Join(" ", Enumerable.Range(0, 5).Select(s => Predict(predictor, Paint((x, y) => f(s, x, y))).Distance!.Value.ToString("F2")));
        var r = new Random(1);
        Assert.Fail("known " + string.Join(" ", Patterns.Make(20, seed: 5).Select(row => Predict(predictor, row.Image).Distance!.Value.ToString("F2")))
            + "\nnoise " + D((s, x, y) => (byte)r.Next(256)) + "\nsolid " + D((s, x, y) => (byte)(s * 60)) + "\ngradient " + D((s, x, y) => (byte)(s % 2 == 0 ? x * 16 : y * 16))
            + "\ndisk " + D((s, x, y) => (byte)((x - 8) * (x - 8) + (y - 8) * (y - 8) < 30 ? 255 - 20 * s : 30 * s)) + "\ndiag " + D((s, x, y) => (byte)((x + y) / 4 % 2 == 0 ? 255 - 20 * s : 30 * s))
            + "\nfine " + D((s, x, y) => (byte)((x + y) % 2 == 0 ? 255 - 20 * s : 30 * s)));
    }

    private static MLImage Paint(Func<int, int, byte> value)
    {
        var pixels = new byte[Patterns.Size * Patterns.Size * 4];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : value(i / 4 % Patterns.Size, i / 4 / Patterns.Size);
        return MLImage.CreateFromPixels(Patterns.Size, Patterns.Size, MLPixelFormat.Bgra32, pixels);
    }

    private static ResNeXtTransformer Train(ResNeXtTrainer.Options options) =>
        Trainer(options with { ValidationSet = KeyedRows(Held, seed: 9) }).Fit(KeyedRows(48));

    private static ImagePrediction Predict(ResNeXtPredictor predictor, MLImage image)
    {
        using (image)
            return predictor.Predict(image);
    }

    private static TemporaryFile Saved(ITransformer model)
    {
        var zip = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(model, inputSchema: null, zip.Path);
        return zip;
    }

    private static MLImage Noise(int seed)
    {
        var pixels = new byte[Patterns.Size * Patterns.Size * 4];
        new Random(seed).NextBytes(pixels);
        return MLImage.CreateFromPixels(Patterns.Size, Patterns.Size, MLPixelFormat.Bgra32, pixels);
    }
}
