using Microsoft.ML;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet;

namespace ResNeXt.Benchmarks.Comparison.Training;

/// <summary>The trainer in an ML.NET pipeline that decodes JPEG files; the rate is the one that it reports of the last epoch.</summary>
internal sealed class FileTraining(TrainingWork work, string folder) : IMeasuredSide
{
    private const int Epochs = 4;

    public Reading Measure()
    {
        var mlContext = new MLContext(seed: 1);
        string[] files = JpegFiles.In(folder);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, work.Images)
            .Select(index => new LabeledFile { ImagePath = files[index % files.Length], Label = $"{index % 10}" }));
        TrainingRecipe recipe = ShippedTraining.Options(work.BatchSize, Precision.Automatic, Epochs).Recipe;
        using ResNeXtTransformer model = (mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Transforms.DecodeImages())
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(new ResNeXtTrainer.Options
            {
                FeatureColumnName = "Image",
                Architecture = work.Architecture,
                ImageSize = work.ImageSize,
                Recipe = recipe,
            }))).Fit(rows).LastTransformer;
        return new(model.Epochs[^1].ImagesPerSecond);
    }

    public void Dispose()
    {
    }

    private sealed class LabeledFile
    {
        public required string ImagePath { get; init; }

        public required string Label { get; init; }
    }
}
