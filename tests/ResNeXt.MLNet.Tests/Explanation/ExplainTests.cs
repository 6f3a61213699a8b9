using System.Drawing;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.ML.Data;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using ResNeXt.MLNet.Tests.Images;
using SkiaSharp;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Explanation;

public sealed class ExplainTests
{
    [Fact]
    public void Explain_OfAnImage_GivesThePredictionAndAMapOfItsClass()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;

        ImageExplanation explanation = predictor.Explain(image);
        ImagePrediction prediction = predictor.Predict(image);

        Assert.Equal(prediction.Label, explanation.ClassName);
        Assert.Equal(prediction.Label, explanation.Prediction.Label);
        Assert.All(prediction.Scores.Zip(explanation.Prediction.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        // The last stage of a *_cifar network has a quarter of the image's side.
        Assert.Equal((4, 4), (explanation.Heat.Width, explanation.Heat.Height));
        Assert.All(explanation.Heat.Values, value => Assert.InRange(value, 0, 1));
        Assert.Equal(explanation.Heat.Activations.Max() > 0 ? 1 : 0, explanation.Heat.Values.Max());
    }

    [Fact]
    public void Explain_OfAnotherClass_GivesAnotherMap()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[] content = ResNeXtPredictorTests.Png(Patterns.Make(1, seed: 3)[0]);

        ImageExplanation[] explanations = [.. Patterns.Names.Select(name => predictor.Explain(content, name))];

        Assert.Equal(Patterns.Names, explanations.Select(explanation => explanation.ClassName));
        Assert.NotEqual(explanations[0].Heat.Activations, explanations[1].Heat.Activations);
        Assert.Equal(explanations[0].Prediction.Scores, explanations[1].Prediction.Scores);
    }

    [Fact]
    public void Explain_OfAnUnknownClass_ListsTheKnownOnes()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        using MLImage image = Patterns.Make(1, seed: 3)[0].Image;

        string message = Assert.Throws<ArgumentException>(() => predictor.Explain(image, "zebra")).Message;

        Assert.Contains("'zebra'", message, StringComparison.Ordinal);
        Assert.All(Patterns.Names, name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_FromManyThreads_GivesTheSameMaps()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[][] images = [.. Patterns.Make(6, seed: 3).Select(ResNeXtPredictorTests.Png)];
        IReadOnlyList<float>[] expected = [.. images.Select(image => predictor.Explain(image).Heat.Activations)];

        Parallel.For(0, 24, index => Assert.Equal(expected[index % 6], predictor.Explain(images[index % 6]).Heat.Activations));
    }

    [Fact]
    public void Explain_OfAWideImageOnItsSide_LooksAtTheMiddleOfTheUprightOne()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));

        // 32 x 16 pixels as stored, 16 x 32 upright.
        Assert.Equal(new RectangleF(8, 0, 16, 16), predictor.Explain(MadeImage.Quarters(SKEncodedImageFormat.Jpeg)).Heat.Region);
        Assert.Equal(new RectangleF(0, 8, 16, 16), predictor.Explain(MadeImage.JpegWithOrientation(6)).Heat.Region);
    }

    [Fact]
    public async Task ExplainAsync_OfAnImage_GivesWhatExplainGives()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[] content = ResNeXtPredictorTests.Png(Patterns.Make(1, seed: 3)[0]);

        ImageExplanation explanation = await predictor.ExplainAsync(content, Patterns.Names[1]);

        Assert.Equal(Patterns.Names[1], explanation.ClassName);
        Assert.Equal(predictor.Explain(content, Patterns.Names[1]).Heat.Activations, explanation.Heat.Activations);
        await Assert.ThrowsAsync<InvalidDataException>(() => predictor.ExplainAsync(new byte[9]));
        await Assert.ThrowsAsync<ArgumentException>(() => predictor.ExplainAsync(content, "zebra"));
    }

    [Fact]
    public void ToOverlayJpeg_OfAWideImage_HasItsProportionsAndIsDarkWhereNothingWasSeen()
    {
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));

        // 32 x 16 pixels, of which the network sees the middle.
        byte[] jpeg = predictor.Explain(MadeImage.Quarters(SKEncodedImageFormat.Jpeg)).ToOverlayJpeg();

        using SKBitmap picture = SKBitmap.Decode(jpeg);
        Assert.Equal((448, 224), (picture.Width, picture.Height));
        Assert.All([10, 437], x => Assert.All(Enumerable.Range(0, 224), y => Assert.InRange(picture.GetPixel(x, y).Red, 0, 72)));
    }

    [Fact]
    public void Explain_AfterDisposal_Throws()
    {
        var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[] content = ResNeXtPredictorTests.Png(Patterns.Make(1, seed: 3)[0]);
        predictor.Explain(content);
        predictor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => predictor.Explain(content));
    }

    [Fact]
    public void SavePng_OfAnExplanation_WritesAPictureOfBothPanels()
    {
        using var file = new TemporaryFile(name: "explanation.png");
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"), new() { MinimumScore = 1 });

        ImageExplanation explanation = predictor.Explain(ResNeXtPredictorTests.Png(Patterns.Make(1, seed: 3)[0]));
        explanation.SavePng(file.Path);

        using SKBitmap picture = SKBitmap.Decode(file.Path);
        Assert.Null(explanation.Prediction.Label);
        Assert.InRange(picture.Width, 1000, 1400);
        Assert.InRange(picture.Height, 400, 600);
        // More than a dozen colors: neither panel is blank.
        Assert.True(picture.Pixels.Distinct().Count() > 12);
    }

    [Fact]
    public void Explain_OfALoadedModelWhoseGraphWasChanged_SaysThatItCannotBeExplained()
    {
        using var sound = new TemporaryFile(name: "model.zip");
        MlContext.Model.SaveUncompressed(LastStep("Image"), inputSchema: null, sound.Path);
        using var archive = new ZipArchive(new MemoryStream(File.ReadAllBytes(sound.Path)));
        ZipArchiveEntry entry = archive.Entries.Where(entry => entry.Name == "OnnxModel").MaxBy(entry => entry.Length)!;
        using var changed = new TemporaryFile(RewrittenZip.With(archive, entry.FullName, WithAnotherPooling(ModelZip.ReadOnnx(sound.Path))), "model.zip");
        byte[] image = ResNeXtPredictorTests.Png(Patterns.Make(1, seed: 3)[0]);
        using var predictor = ResNeXtPredictor.Load(MlContext, changed.Path);

        ImagePrediction prediction = predictor.Predict(new MemoryStream(image));

        Assert.NotNull(prediction.Label);
        string first = Assert.Throws<NotSupportedException>(() => predictor.Explain(image)).Message;
        Assert.Contains("cannot be explained", first);
        Assert.Equal(first, Assert.Throws<NotSupportedException>(() => predictor.Explain(image)).Message);
    }

    // As another program would do it: with a second global average pooling, whose output nothing takes, and without the checksum.
    private static byte[] WithAnotherPooling(byte[] onnx)
    {
        var model = ModelProto.Parser.ParseFrom(onnx);
        NodeProto second = model.Graph.Node.Single(node => node.OpType == "GlobalAveragePool").Clone();
        (second.Name, second.Output[0]) = ("second", "second");
        model.Graph.Node.Add(second);
        model.MetadataProps.Remove(model.MetadataProps.Single(entry => entry.Key == WeightDigest.Key));
        // ML.NET writes the length first.
        return [.. BitConverter.GetBytes(model.CalculateSize()), .. model.ToByteArray()];
    }

    [Theory]
    [InlineData("classifier.zip")]
    [InlineData("classifier-int8.zip")]
    public void Explain_WithAModelOfAnEarlierVersion_FindsItsMaps(string file)
    {
        byte[] onnx = ModelZip.ReadOnnx(Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", file));

        var model = ClassActivationModel.Of(onnx);

        Assert.Equal((3, 64), (model.Weights.Classes, model.Weights.Channels));
        Assert.Equal(192, model.Weights.Values.Length);
        Assert.True(model.Weights.Values.Max() > 0);
    }
}
