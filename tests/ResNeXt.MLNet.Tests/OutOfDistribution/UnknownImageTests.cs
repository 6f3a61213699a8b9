using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.OutOfDistribution;

/// <summary>A model that was trained with enough validation images says how far an image is from those of its classes.</summary>
public sealed class UnknownImageTests
{
    private const int Held = 60;

    // Trained once, with another seed than the images that are predicted.
    private static readonly Lazy<ResNeXtTransformer> Model = new(() => Train(Small("Image")));

    [Fact]
    public void Predict_OfImagesOfTheClasses_KnowsNearlyAll()
    {
        using TemporaryFile zip = Saved(Model.Value);
        using var predictor = ResNeXtPredictor.Load(new MLContext(), zip.Path);

        ImagePrediction[] known = [.. Patterns.Make(Held, seed: 5).Select(row => Predict(predictor, row.Image))];

        Assert.True(known.Count(prediction => prediction.Label is not null) >= 0.95 * Held);
        Assert.All(known, prediction => Assert.Equal(prediction.Distance > 1, prediction.IsOutOfDistribution));
        Assert.All(known, prediction => Assert.Equal(prediction.Label is null, prediction.IsOutOfDistribution));
    }

    [Fact]
    public void Predict_OfAnImageFartherThanTheMaximum_DoesNotKnow()
    {
        ImagePrediction Predicted(float maximum)
        {
            using var predictor = new ResNeXtPredictor(MlContext, Model.Value, new() { MaximumDistance = maximum });
            return Predict(predictor, Noise(1));
        }

        float distance = Predicted(float.PositiveInfinity).Distance!.Value;
        ImagePrediction known = Predicted(distance), unknown = Predicted(0.99f * distance);

        Assert.Equal(known.GetTopK(1)[0].Label, known.Label);
        Assert.False(known.IsOutOfDistribution);
        Assert.Null(unknown.Label);
        Assert.True(unknown.IsOutOfDistribution);
        Assert.Equal(known.Scores, unknown.Scores);
        Assert.Contains("MaximumDistance is 0", Assert.Throws<ArgumentException>(() => Predicted(0)).Message, StringComparison.Ordinal);
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
        using var predictor = new ResNeXtPredictor(MlContext, Model.Value, new() { MaximumDistance = 0.001f });
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
