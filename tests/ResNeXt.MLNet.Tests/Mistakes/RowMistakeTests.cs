using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Experiments;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Tests.Schema;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Mistakes;

/// <summary>Errors of single rows, and of models that are gone: the first cause, not what ML.NET wraps it in.</summary>
public sealed class RowMistakeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_OnABrokenImage_ThrowsTheDecodersException()
    {
        IDataView rows = RowsWithABrokenImage();

        var exception = Assert.Throws<InvalidDataException>(() => Trainer(Options("Image") with { ImageSize = 16 }).Fit(rows));

        Assert.Contains("5.png", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OfABrokenImage_ThrowsTheDecodersException()
    {
        IDataView scored = LastStep("Image").Transform(RowsWithABrokenImage());

        Assert.Throws<InvalidDataException>(() => scored.GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void Quantize_OnABrokenImage_ThrowsTheDecodersException() =>
        Assert.Throws<InvalidDataException>(() => LastStep("Image").Quantize(RowsWithABrokenImage()));

    [Fact]
    public void Execute_OnABrokenImage_ReportsTheDecodersException()
    {
        IDataView rows = RowsWithABrokenImage();
        ImageExperiment experiment = MlContext.MulticlassClassification.CreateImageExperiment(new ImageExperimentOptions
        {
            Architectures = ["resnet20_cifar"],
            Trainer = Options("Image") with { ImageSize = 16 },
            ConfigurationsPerArchitecture = 1,
        });

        using ImageExperimentResult result = experiment.Execute(rows, rows);

        Assert.IsType<InvalidDataException>(result.RunDetails.Single().Exception);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transform_OfPixelsThatAreNotFinite_IsAnErrorOfTheRow(bool reloaded)
    {
        IReadOnlyList<Patterns.Row> rows = Patterns.Make(3, seed: 1);
        rows[1].Planar[7] = float.NaN;
        IDataView scored = Trained(reloaded).Transform(MlContext.Data.LoadFromEnumerable(rows));

        Exception exception = Assert.ThrowsAny<Exception>(() => scored.GetColumn<float[]>("Score").Count());

        Assert.Contains("values that are not finite for this row", (reloaded ? exception.GetBaseException() : exception).Message, StringComparison.Ordinal);
        if (!reloaded)
            Assert.IsType<InvalidDataException>(exception);
    }

    [Fact]
    public void Transform_AfterDispose_SaysWhatWasDisposedOf()
    {
        ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        IDataView scored = model.Transform(KeyedRows());
        using var engine = MlContext.Model.CreatePredictionEngine<Patterns.Row, Patterns.Prediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        model.Dispose();

        Assert.Multiple(
            () => AssertDisposed(() => model.Transform(KeyedRows())),
            () => AssertDisposed(() => model.GetOutputSchema(KeyedRows().Schema)),
            () => AssertDisposed(() => scored.GetColumn<float[]>("Score").Count()),
            () => AssertDisposed(() => engine.Predict(Patterns.Make(1, seed: 1)[0])),
            () => AssertDisposed(() => MlContext.Model.Save(model, KeyedRows().Schema, Path.Combine(_folder.Path, "model.zip"))));
    }

    [Fact]
    public void Dispose_WhileRowsAreRead_RefusesTheNext()
    {
        ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using IEnumerator<float[]> scores = model.Transform(KeyedRows()).GetColumn<float[]>("Score").GetEnumerator();
        scores.MoveNext();
        model.Dispose();

        AssertDisposed(() => scores.MoveNext());
    }

    [Fact]
    public void DecodeImages_OnAColumnOfNumbers_NamesTheUsersColumn()
    {
        var decoding = MlContext.Transforms.DecodeImages("Image", "Number");

        string message = Assert.Throws<InvalidOperationException>(() => decoding.Fit(Rows())).Message;

        Assert.Contains("'Number'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("ResNeXt.", message, StringComparison.Ordinal);
        string early = Assert.Throws<InvalidOperationException>(() => decoding.GetOutputSchema(ShapeOf.Data(Rows()))).Message;
        Assert.Contains("'Number'", early, StringComparison.Ordinal);
    }

    private static void AssertDisposed(Action action)
    {
        var exception = Assert.Throws<ObjectDisposedException>(action);
        Assert.Contains(nameof(ResNeXtTransformer), exception.Message, StringComparison.Ordinal);
        Assert.Contains("was disposed of", exception.Message, StringComparison.Ordinal);
    }

    private IDataView RowsWithABrokenImage()
    {
        foreach ((int index, Patterns.Row row) in Patterns.Make(6, seed: 1).Index())
        {
            using MLImage image = row.Image;
            string path = _folder.File(row.Label, $"{index}.png");
            image.Save(path);
            if (index == 5)
                File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);
        }
        IDataView rows = MlContext.Data.LoadFromImageFolder(_folder.Path, UnreadableImageHandling.Unchecked);
        return MlContext.Transforms.Conversion.MapValueToKey("Label").Append(MlContext.Transforms.DecodeImages()).Fit(rows).Transform(rows);
    }
}
