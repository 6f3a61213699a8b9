using ImageClassification.Demo;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Images;

namespace ImageClassification.Tests.Demo;

/// <summary>Explanations of the demo's network, whose images are painted, so that it is known where the shape is.</summary>
public sealed class ExplanationTests
{
    // Shapes are brighter than 150 and everything else is darker than 120; noise changes that by at most 12.
    private const double DarkestShape = 135;

    [Fact]
    [Trait("Category", "Slow")]
    public void Explain_OfTheHeldOutImages_FindsTheShape()
    {
        using var folder = new TemporaryFolder();
        ShapeImages.Write(folder.Path);
        var mlContext = new MLContext(seed: 1);
        (IDataView training, _, IDataView? test) = mlContext.Data.LoadSetsFromImageFolder(folder.Path);
        using TransformerChain<ResNeXtTransformer> model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.DecodeImages())
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
            {
                FeatureColumnName = "Image",
                Architecture = "resnet20_cifar",
                ImageSize = 32,
                MaxEpochs = 12,
                LearningRate = 0.05f,
            })).Fit(training);
        using var predictor = new ResNeXtPredictor(mlContext, model.LastTransformer);
        string[] files = [.. test!.GetColumn<string>("ImagePath")];

        double[] shares = [.. files.Select(file => ShareOnShape(predictor, file))];

        Assert.Equal(300, shares.Length);
        Assert.True(shares.Average() >= 0.6, $"{shares.Average():P1} of the heat lies on the shape.");
    }

    private static double ShareOnShape(ResNeXtPredictor predictor, string file)
    {
        using MLImage image = ImageDecoder.Decode(file);
        ImageExplanation explanation = predictor.Explain(image);
        ReadOnlySpan<byte> pixels = image.Pixels;
        double onShape = 0, everywhere = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                ReadOnlySpan<byte> color = pixels.Slice((y * image.Width + x) * 4, 3);
                double heat = explanation.Heat.At(x + 0.5f, y + 0.5f);
                everywhere += heat;
                onShape += 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] > DarkestShape ? heat : 0;
            }
        }
        return onShape / everywhere;
    }
}
