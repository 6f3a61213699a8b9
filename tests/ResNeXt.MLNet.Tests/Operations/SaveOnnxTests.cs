using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

public sealed class SaveOnnxTests
{
    private const int Length = 3 * Patterns.Size * Patterns.Size;

    [Theory]
    [InlineData("Planar")]
    [InlineData("Interleaved")]
    [InlineData("Image")]
    public void SaveOnnx_WhateverWasTrained_TakesPlanarFeaturesInBatchesOfAnySize(string column)
    {
        ResNeXtTrainer.Options options = Options(column) with { ScoreColumnName = "Mine", PredictedLabelColumnName = "MyLabel" };
        using ResNeXtTransformer model = Trainer(options).Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.onnx");

        model.SaveOnnx(file.Path);

        using var session = new InferenceSession(file.Path);
        Assert.Equal(["Features"], session.InputMetadata.Keys);
        Assert.Equal([-1, 3, Patterns.Size, Patterns.Size], session.InputMetadata["Features"].Dimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["logits"].Dimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["Score"].Dimensions);
        float[][] expected = [.. model.Transform(Rows()).GetColumn<float[]>("Mine")];
        Assert.All(expected.Zip(Run(session, "Score", 12)), pair => AssertNear(pair.First, pair.Second));
    }

    [Fact]
    public void SaveOnnx_TwoRowsScoredTogether_EqualRowsScoredAlone()
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using var file = new TemporaryFile(name: "model.onnx");
        model.SaveOnnx(file.Path);
        using var session = new InferenceSession(file.Path);

        foreach (string output in (string[])["logits", "Score"])
        {
            float[][] together = Run(session, output, 2);
            AssertNear(Run(session, output, 1)[0], together[0]);
            AssertNear(Run(session, output, 1, first: 1)[0], together[1]);
            Assert.NotEqual(together[0], together[1]);
        }
    }

    [Fact]
    public void SaveOnnx_IntoMissingFolder_NamesItAndWritesNothing()
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "missing", "model.onnx");

        var exception = Assert.Throws<DirectoryNotFoundException>(() => model.SaveOnnx(path));

        Assert.Contains(Path.Combine(folder.Path, "missing"), exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void SaveOnnx_OfLoadedModel_EqualsThatOfTheFittedOne()
    {
        using var zip = new TemporaryFile(name: "model.zip");
        using var fittedOnnx = new TemporaryFile(name: "fitted.onnx");
        using var loadedOnnx = new TemporaryFile(name: "loaded.onnx");
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        MlContext.Model.Save(model, KeyedRows().Schema, zip.Path);

        model.SaveOnnx(fittedOnnx.Path);
        using ResNeXtTransformer loaded = ResNeXtTransformer.Load(MlContext, zip.Path);
        loaded.SaveOnnx(loadedOnnx.Path);

        Assert.Equal(File.ReadAllBytes(fittedOnnx.Path), File.ReadAllBytes(loadedOnnx.Path));
    }

    private static float[][] Run(InferenceSession session, string output, int count, int first = 0)
    {
        float[] pixels = [.. Patterns.Make(12, seed: 1).Skip(first).Take(count).SelectMany(row => row.Planar)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [count, 3, Patterns.Size, Patterns.Size]);
        using var options = new RunOptions();
        var inputs = new Dictionary<string, OrtValue> { ["Features"] = input };
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, inputs, [output]);
        Assert.Equal(count * Length, pixels.Length);
        return [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk(3)];
    }

    private static void AssertNear(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Math.Max(1e-5, 1e-5 * Math.Abs(pair.First))));
}
