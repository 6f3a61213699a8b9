using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Tests.Operations;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Quantization;

/// <summary>What int8 loses of published networks, calibrated on 500 training images.</summary>
public sealed class PublishedQuantizationTests
{
    private const int Images = 2000, MostLost = 10;

    [SharedDataFact]
    public void Quantize_OfAPublishedNetwork_KeepsItsAccuracyAtAQuarterOfTheSize() => Check("resnet20_cifar", "resnet20-12fca82f.th", 1850);

    [SharedDataFact]
    [Trait("Category", "Slow")]
    public void Quantize_OfALargerPublishedNetwork_KeepsItsAccuracyAtAQuarterOfTheSize() => Check("resnet56_cifar", "resnet56-4bfd9763.th", 1870);

    private static void Check(string architecture, string weights, int right)
    {
        using ResNeXtTransformer model = ResNeXtTransformer.FromWeights(
            MlContext, architecture, SharedData.Path("data", "weights", weights), new WeightsOptions { ClassNames = CifarRow.ClassNames, FeatureColumnName = "Planar" });

        using ResNeXtTransformer quantized = model.Quantize(MlContext.Data.LoadFromEnumerable(CifarRow.Read("train_10000.bin").Take(500)));

        uint[] labels = Column(CifarRow.Rows(MlContext), "Label"), float32 = Predictions(model), int8 = Predictions(quantized);
        Assert.Equal(right, Count(float32, labels));
        Assert.InRange(Count(int8, labels), right - MostLost, Images);
        Assert.InRange(Count(int8, float32), 0.98 * Images, Images);
        Assert.InRange(quantized.Quantization!.SizeRatio, 0.2, 0.27);
        Assert.Empty(quantized.Quantization.Float32Layers);
    }

    private static uint[] Predictions(ResNeXtTransformer model) => Column(model.Transform(CifarRow.Rows(MlContext)), "PredictedLabel");

    private static uint[] Column(IDataView rows, string name) => [.. rows.GetColumn<uint>(name)];

    private static int Count(uint[] first, uint[] second) => first.Zip(second).Count(pair => pair.First == pair.Second);
}
