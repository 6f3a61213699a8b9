using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Measures the memory of the whole process, so no other test may run meanwhile.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Side = 1000;

    [Fact]
    public void Predict_TwoHundredTimes_LeavesMemoryAsItWas()
    {
        using var engine = MlContext.Model.CreatePredictionEngine<ImageRow, Patterns.Prediction>(
            Trained(reloaded: true, "Image"), new PredictionEngineOptions { OwnsTransformer = false });
        using MLImage image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, new byte[4 * Side * Side]);
        for (int i = 0; i < 20; i++)
            engine.Predict(new ImageRow { Image = image });
        long before = ResidentMegabytes();

        for (int i = 0; i < 200; i++)
            engine.Predict(new ImageRow { Image = image });

        // The step that copies the image takes 4 MB each time: 200 copies that were kept would take 800.
        long grown = ResidentMegabytes() - before;
        Assert.True(grown < 200, $"{grown} MB more");
    }

    private static long ResidentMegabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet >> 20;
    }

    private sealed class ImageRow
    {
        [AnyImageType]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}
