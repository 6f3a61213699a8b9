using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Weights;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Quantization;

public sealed class QuantizeTests
{
    // A model of one epoch is unsure of everything; what is tested here is not how much it loses.
    private static readonly QuantizationOptions Any = new() { Method = CalibrationMethod.MinimumMaximum, MaximumAccuracyLoss = 1, MinimumAgreement = 0 };

    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    [InlineData("Image")]
    public void Quantize_WhateverTheColumn_ScoresAboutTheSameAndIsSavedLikeAnyOther(string column)
    {
        ResNeXtTransformer model = LastStep(column);
        using ResNeXtTransformer quantized = model.Quantize(KeyedRows(24), Any);
        using var zip = new TemporaryFile(name: "int8.zip");
        MlContext.Model.Save(quantized, KeyedRows().Schema, zip.Path);

        using ResNeXtTransformer loaded = ResNeXtTransformer.Load(new MLContext(), zip.Path);

        float[][] expected = [.. model.Transform(Rows()).GetColumn<float[]>("Score")], actual = [.. quantized.Transform(Rows()).GetColumn<float[]>("Score")];
        Assert.InRange(expected.SelectMany(row => row).Zip(actual.SelectMany(row => row), (a, b) => Math.Abs(a - b)).Max(), 1e-7, 0.1);
        Assert.Equal(Scores(quantized.Transform(Rows())), Scores(loaded.Transform(Rows())));
        Assert.Equal(Scores(quantized.Transform(Rows())), Scores(Reload(quantized, KeyedRows().Schema).Transform(Rows())));
        Assert.Equal(Patterns.Names, SlotNames(loaded.Transform(Rows()).Schema["Score"]));
        Assert.Equal(Patterns.Names, KeyValues(loaded.Transform(Rows()).Schema["PredictedLabel"]));
        Assert.Equal((true, true, false), (quantized.IsQuantized, loaded.IsQuantized, model.IsQuantized));
        Assert.Equal((24, true), (quantized.Quantization!.CalibrationImages + quantized.Quantization.HeldBackImages, quantized.Quantization.Accuracy is not null));
        Assert.Null(loaded.Quantization);
    }

    [Fact]
    public void Quantize_ForAPredictor_PredictsAsTheTransformerScores()
    {
        using ResNeXtTransformer quantized = LastStep("Image").Quantize(KeyedRows(6), Any);
        float[][] scores = [.. quantized.Transform(Rows()).GetColumn<float[]>("Score")];
        using var predictor = new ResNeXtPredictor(MlContext, quantized);

        foreach ((Patterns.Row row, float[] expected) in Patterns.Make(12, seed: 1).Zip(scores))
        {
            using MLImage image = row.Image;
            Assert.Equal(expected, predictor.Predict(image).Scores.ToArray());
        }
    }

    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    public void SaveOnnx_OfAQuantizedModel_TakesPlanarFeatures(string column)
    {
        using ResNeXtTransformer quantized = LastStep(column).Quantize(Rows(6), Any);
        using var file = new TemporaryFile(name: "int8.onnx");

        quantized.SaveOnnx(file.Path);

        using var session = new InferenceSession(file.Path);
        Assert.Equal([-1, 3, Patterns.Size, Patterns.Size], session.InputMetadata["Features"].Dimensions);
        Assert.Equal(["Score", "logits", "PredictedLabel"], session.OutputMetadata.Keys);
        float[] pixels = [.. Patterns.Make(12, seed: 1).SelectMany(row => row.Planar)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [12, 3, Patterns.Size, Patterns.Size]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["Features"] = input }, ["Score"]);
        Assert.Equal(quantized.Transform(Rows()).GetColumn<float[]>("Score").SelectMany(row => row), outputs[0].GetTensorDataAsSpan<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Quantize_OfAQuantizedModel_AndWhatNeedsItsWeights_AreRefused()
    {
        using ResNeXtTransformer quantized = LastStep("Planar").Quantize(KeyedRows(4), Any);
        using var zip = new TemporaryFile(name: "int8.zip");
        MlContext.Model.Save(quantized, KeyedRows().Schema, zip.Path);

        Action[] inMemory = [() => quantized.Quantize(KeyedRows()), () => quantized.GetWeights(), () => MlContext.Transforms.ResNeXtFeaturizer("F", "Planar", quantized)];
        Action[] fromFile =
        [
            () => WeightFile.Read(zip.Path), () => MlContext.Transforms.ResNeXtFeaturizer("F", "Planar", zip.Path),
            () => Trainer(Options() with { InitialWeights = zip.Path }).Fit(KeyedRows()), () => ResNeXtTransformer.FromWeights(MlContext, "resnet20_cifar", zip.Path),
        ];

        Assert.All(inMemory, action => Assert.Contains("is quantized to int8", Assert.Throws<InvalidOperationException>(action).Message, StringComparison.Ordinal));
        Assert.All(fromFile, action =>
        {
            string message = Assert.Throws<InvalidDataException>(action).Message;
            Assert.Contains($"'{zip.Path}' is quantized to int8", message, StringComparison.Ordinal);
            Assert.Contains("float32 model that it was made from", message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Quantize_OfRowsThatDoNotFit_SaysWhatToDo()
    {
        ResNeXtTransformer model = LastStep("Planar");
        string Message(IDataView rows) => Assert.Throws<InvalidOperationException>(() => model.Quantize(rows, Any)).Message;
        IDataView small = MlContext.Data.LoadFromEnumerable(new[] { new Small() });
        IDataView none = MlContext.Data.FilterRowsByColumn(Rows(), "Number", lowerBound: 100);

        Assert.Contains("no column 'Planar'", Message(MlContext.Transforms.DropColumns("Planar").Fit(Rows()).Transform(Rows())), StringComparison.Ordinal);
        Assert.Contains("vectors of 768 floats (3 x 16 x 16)", Message(small), StringComparison.Ordinal);
        Assert.Contains("no row", Message(none), StringComparison.Ordinal);
        IDataView missing = MlContext.Data.LoadFromEnumerable(new[] { new Missing() });
        Assert.Contains("not a finite number", Assert.Throws<ArgumentException>(() => model.Quantize(missing, Any)).Message, StringComparison.Ordinal);
        Assert.Contains("Percentile is 3", Assert.Throws<ArgumentException>(() => model.Quantize(Rows(), new() { Percentile = 3 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_WithOtherLabels_MeasuresByTheNamesItKnows()
    {
        IDataView rows = MlContext.Transforms.CopyColumns("Kind", "Label").Fit(KeyedRows()).Transform(KeyedRows());

        using ResNeXtTransformer named = LastStep("Planar").Quantize(rows, Any, labelColumnName: "Kind");
        using ResNeXtTransformer text = LastStep("Planar").Quantize(Rows(), Any);

        Assert.NotNull(named.Quantization!.Accuracy);
        Assert.Null(text.Quantization!.Accuracy);
    }

    private sealed class Small
    {
        [VectorType(3, 8, 8)]
        public float[] Planar { get; set; } = new float[3 * 8 * 8];
    }

    private sealed class Missing
    {
        [VectorType(3, 16, 16)]
        public float[] Planar { get; set; } = [.. Enumerable.Repeat(float.NaN, 768)];
    }
}
