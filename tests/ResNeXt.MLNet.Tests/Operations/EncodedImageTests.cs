using Microsoft.ML;
using Microsoft.ML.Data;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>The bytes of image files in a column, as databases and uploads have them.</summary>
public sealed class EncodedImageTests
{
    private static readonly ResNeXtTrainer.Options OnBytes = Options("Content") with { ImageSize = Patterns.Size };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_OnBytes_LearnsAndScoresLikeOnTheImages(bool asBuffer)
    {
        IDataView rows = Keyed(asBuffer);

        using ResNeXtTransformer model = Trainer(OnBytes).Fit(rows);

        Assert.Equal(Scores(LastStep("Image").Transform(Rows())), Scores(model.Transform(rows)));
        Assert.Equal(Scores(model.Transform(rows)), Scores(Reload(model, rows.Schema).Transform(rows)));
        Assert.DoesNotContain(model.Transform(rows).Schema, column => column.Name.StartsWith("ResNeXt.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DecodeImages_OfBytes_GivesTheImages(bool asBuffer)
    {
        IDataView rows = Keyed(asBuffer);

        IDataView decoded = MlContext.Transforms.DecodeImages("Image", "Content").Fit(rows).Transform(rows);

        Assert.Equal(Scores(LastStep("Image").Transform(Rows())), Scores(LastStep("Image").Transform(decoded)));
    }

    [Fact]
    public void Predict_OfAModelOnBytes_TakesWhatOthersTake()
    {
        IDataView rows = Keyed(asBuffer: false);
        using ResNeXtTransformer model = Trainer(OnBytes).Fit(rows);
        using var predictor = new ResNeXtPredictor(MlContext, model);
        Patterns.Row row = Patterns.Make(1, seed: 1)[0];
        using MLImage image = row.Image;

        float[] expected = Scores(model.Transform(rows))[0];

        Assert.Equal(expected, predictor.Predict(image).Scores);
        Assert.Equal(expected, predictor.Predict(Encoded(row)).Scores);
    }

    [Fact]
    public void Transform_OfBytesThatAreNoImage_SaysSoWithoutInternalNames()
    {
        IDataView rows = MlContext.Data.LoadFromEnumerable([new ArrayRow { Content = [1, 2, 3] }]);

        var exception = Assert.Throws<InvalidDataException>(() =>
            MlContext.Transforms.DecodeImages("Image", "Content").Fit(rows).Transform(rows).GetColumn<MLImage>("Image").Count());

        Assert.Contains("3 bytes", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ResNeXt.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithAValidationSetOfImages_SaysThatItMustHoldBytes()
    {
        IDataView rows = Keyed(asBuffer: false);
        IDataView images = MlContext.Transforms.CopyColumns("Content", "Image").Fit(KeyedRows()).Transform(KeyedRows());

        var exception = Assert.Throws<InvalidOperationException>(() => Trainer(OnBytes with { ValidationSet = images }).Fit(rows));

        Assert.Contains("byte[]", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Encoded(Patterns.Row row)
    {
        using var file = new TemporaryFile(name: "image.png");
        using MLImage image = row.Image;
        image.Save(file.Path);
        return File.ReadAllBytes(file.Path);
    }

    private static IDataView Keyed(bool asBuffer)
    {
        Patterns.Row[] rows = [.. Patterns.Make(12, seed: 1)];
        IDataView data = asBuffer
            ? MlContext.Data.LoadFromEnumerable(rows.Select(row => new BufferRow { Content = Buffer(Encoded(row)), Label = row.Label }).ToArray())
            : MlContext.Data.LoadFromEnumerable(rows.Select(row => new ArrayRow { Content = Encoded(row), Label = row.Label }).ToArray());
        return MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private static VBuffer<byte> Buffer(byte[] content) => new(content.Length, content);

    private sealed class ArrayRow
    {
        public byte[] Content { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class BufferRow
    {
        public VBuffer<byte> Content { get; set; }

        public string Label { get; set; } = "";
    }
}
