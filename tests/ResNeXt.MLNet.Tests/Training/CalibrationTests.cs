using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Training;

public sealed class CalibrationTests
{
    // After two epochs not all rows are classified correctly, so that there is something to fit.
    private static ResNeXtTrainer.Options Hard => Options() with { ValidationSet = KeyedRows(30, seed: 9), MaxEpochs = 2 };

    [Fact]
    public void Fit_WithCalibration_DividesTheLogitsAndKeepsTheClasses()
    {
        using ResNeXtTransformer plain = Trainer(Hard).Fit(KeyedRows());
        using ResNeXtTransformer calibrated = Trainer(Hard with { CalibrateProbabilities = true }).Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(calibrated, KeyedRows().Schema, file.Path);

        double temperature = calibrated.Calibration!.Temperature;
        Assert.NotEqual(1, temperature);
        Assert.True(calibrated.Calibration.IsApplied);
        Assert.False(plain.Calibration!.IsApplied);
        Assert.Equal(temperature, plain.Calibration.Temperature);
        IDataView rows = Rows(20, seed: 5);
        float[][] before = Scores(plain.Transform(rows)), after = Scores(calibrated.Transform(rows)), reloaded = Scores(MlContext.Model.Load(file.Path, out _).Transform(rows));
        Assert.Equal(after, reloaded);
        foreach ((float[] one, float[] other) in before.Zip(after))
        {
            double logit = Math.Log(one[0] / one[1]) / temperature;
            Assert.Equal(logit, Math.Log(other[0] / other[1]), 1e-3 * Math.Max(1, Math.Abs(logit)));
        }
        ClassifierModel saved = OnnxReader.Read(ModelZip.ReadOnnx(file.Path));
        Assert.Equal(temperature, double.Parse(saved.Notes["temperature"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Fit_WithoutCalibration_MeasuresAndLeavesTheModel()
    {
        using ResNeXtTransformer model = Trainer(Hard).Fit(KeyedRows());

        Assert.DoesNotContain("temperature", Notes(model).Keys);
        Assert.Equal(30, model.Calibration!.Before.Count);
        Assert.InRange(model.Calibration.Before.ExpectedCalibrationError, 0, 1);
    }

    [Fact]
    public void Fit_WithoutValidationRows_MeasuresNothing()
    {
        Assert.Null(LastStep("Planar").Calibration);
        Assert.Contains("CalibrateProbabilities",
            Assert.Throws<ArgumentException>(() => Trainer(Options() with { CalibrateProbabilities = true })).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Notes(ResNeXtTransformer model)
    {
        using var file = new TemporaryFile(name: "model.zip");
        MlContext.Model.Save(model, KeyedRows().Schema, file.Path);
        return OnnxReader.Read(ModelZip.ReadOnnx(file.Path)).Notes;
    }
}
