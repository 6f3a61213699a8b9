using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Images;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Training;

public sealed class TrainingDataTests
{
    [Theory]
    [InlineData("Planar")]
    [InlineData("Image")]
    [InlineData("Scaled")]
    public void Fit_WithImagesInTheTemporaryFile_GivesTheWeightsOfThoseInMemory(string column)
    {
        // Scaled pixels are no bytes and are kept as floats.
        IEstimator<ITransformer> scale = MlContext.Transforms.ExtractPixels("Scaled", "Image", scaleImage: 1 / 127f);
        float[][] Train(int megabytes) => Scores(
            scale.Append(Pipeline(Options(column) with { CacheSizeInMegabytes = megabytes })).Fit(Rows()).Transform(Rows()));

        Assert.Equal(Train(1024), Train(0));
    }

    [Theory]
    [InlineData("Planar", PixelLayout.Planar)]
    [InlineData("Interleaved", PixelLayout.Interleaved)]
    public void Fit_OnFlatVectors_GivesTheWeightsOfThoseWithDimensions(string column, PixelLayout layout)
    {
        IDataView flat = MlContext.Data.LoadFromEnumerable(Patterns.Make(12, seed: 1)
            .Select(row => new FlatRow { Flat = layout == PixelLayout.Planar ? row.Planar : row.Interleaved, Label = row.Label }));

        ITransformer model = Pipeline(Options("Flat") with { PixelLayout = layout, ImageSize = Patterns.Size }).Fit(flat);

        Assert.Equal(Scores(Trained(reloaded: false, column).Transform(Rows())), Scores(model.Transform(flat)));
        Assert.Equal(Scores(model.Transform(flat)), Scores(Reload(model, flat.Schema).Transform(flat)));
    }

    private sealed class FlatRow
    {
        [VectorType(3 * Patterns.Size * Patterns.Size)]
        public float[] Flat { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
