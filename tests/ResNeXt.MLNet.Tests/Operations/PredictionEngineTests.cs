using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

public sealed class PredictionEngineTests
{
    [Theory]
    [InlineData(false, "Planar")]
    [InlineData(true, "Planar")]
    [InlineData(false, "Interleaved")]
    [InlineData(true, "Interleaved")]
    public void Predict_OfPixels_EqualsTransform(bool reloaded, string column)
    {
        ITransformer model = Trained(reloaded, column);
        IReadOnlyList<Patterns.Row> rows = Patterns.Make(6, seed: 3);
        using var engine = Engine<PixelRow>(model);

        float[][] scores = [.. rows.Select(row => engine.Predict(new PixelRow { Planar = row.Planar, Interleaved = row.Interleaved }).Score)];

        Assert.Equal(Scores(model.Transform(MlContext.Data.LoadFromEnumerable(rows))), scores);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_TwiceOfAnImageThatTheUserHolds_LeavesItUsable(bool reloaded)
    {
        Patterns.Row row = Patterns.Make(1, seed: 3)[0];
        using MLImage image = row.Image;
        using var engine = Engine<ImageRow>(Trained(reloaded, "Image"));

        float[] first = engine.Predict(new ImageRow { Image = image }).Score, second = engine.Predict(new ImageRow { Image = image }).Score;

        Assert.Equal(Scores(Trained(reloaded, "Image").Transform(MlContext.Data.LoadFromEnumerable([row])))[0], first);
        Assert.Equal(first, second);
        Assert.Equal(row.Bgra, image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_OfImagesOfManySizes_ScoresEachByItself(bool reloaded)
    {
        using var engine = Engine<ImageRow>(Trained(reloaded, "Image"));
        using MLImage large = Plain(300, 200), small = Plain(5, 9);

        float[] ofLarge = engine.Predict(new ImageRow { Image = large }).Score, ofSmall = engine.Predict(new ImageRow { Image = small }).Score;

        // A single color stays the same at every size.
        Assert.Equal(ofLarge.Select(score => Math.Round(score, 4)), ofSmall.Select(score => Math.Round(score, 4)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_WithKeyMappedBack_GivesTheClassName(bool reloaded)
    {
        var pipeline = Pipeline().Append(MlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        ITransformer model = ReloadIf(reloaded, pipeline.Fit(Rows()), Rows().Schema);
        using var engine = MlContext.Model.CreatePredictionEngine<PixelRow, Named>(model);

        Named prediction = engine.Predict(new PixelRow { Planar = Patterns.Make(1, seed: 3)[0].Planar });

        Assert.Equal(Patterns.Names[Array.IndexOf(prediction.Score, prediction.Score.Max())], prediction.Name);
    }

    // The models are shared by all tests, and an engine disposes of its model unless told otherwise.
    private static PredictionEngine<TRow, Patterns.Prediction> Engine<TRow>(ITransformer model) where TRow : class =>
        MlContext.Model.CreatePredictionEngine<TRow, Patterns.Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });

    private static MLImage Plain(int width, int height) =>
        MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32,
            [.. Enumerable.Repeat((byte[])[30, 90, 200, 255], width * height).SelectMany(pixel => pixel)]);

    private sealed class PixelRow
    {
        [VectorType(3, Patterns.Size, Patterns.Size)]
        public float[] Planar { get; set; } = [];

        [VectorType(Patterns.Size, Patterns.Size, 3)]
        public float[] Interleaved { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class ImageRow
    {
        [AnyImageType]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class Named
    {
        public float[] Score { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
