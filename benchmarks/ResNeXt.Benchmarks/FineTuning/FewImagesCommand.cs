using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Folders;

namespace ResNeXt.Benchmarks.FineTuning;

/// <summary>
/// Measures what pretrained weights bring with few images: the accuracy of a linear classifier on their features, of fine-tuning the last layer or the
/// whole network, and of training from random weights, on a fifth of the images, which is set aside.
/// </summary>
internal static class FewImagesCommand
{
    private const int Splits = 5;
    private const double TestFraction = 0.2;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">What to measure.</param>
    public static int Run(FewImagesArguments arguments)
    {
        var mlContext = new MLContext(seed: 1);
        LabeledFeatures[] images = Features(mlContext, arguments.Folder);
        int classes = images.DistinctBy(image => image.Label).Count();
        Console.WriteLine($"{images.Length} images of {classes} classes; mean of {Splits} splits (smallest to largest).");
        Console.WriteLine();
        Console.WriteLine($"| training images per class | linear classifier on features | last layer only |{(arguments.Trains ? " fine-tuned | from random weights |" : "")}");
        Console.WriteLine($"|---:|---:|---:|{(arguments.Trains ? "---:|---:|" : "")}");
        foreach (int count in arguments.PerClass)
        {
            string Measure(Func<(LabeledFeatures[] Training, LabeledFeatures[] Test), double> accuracy) =>
                Cell(split => accuracy(Draw(mlContext, images, split, count, arguments.ByPrefix)));

            string row = $"| {(count == FewImagesArguments.All ? "all" : count.ToString(CultureInfo.InvariantCulture))} | {Measure(sets => Linear(mlContext, sets))} |";
            row += $" {Measure(sets => Train(mlContext, sets, new() { InitialWeights = "pretrained", MaxEpochs = 1 }))} |";
            if (arguments.Trains)
            {
                row += $" {Measure(sets => Train(mlContext, sets, new() { InitialWeights = "pretrained" }))} |";
                row += $" {Measure(sets => Train(mlContext, sets, new() { Architecture = "resnet18", ImageSize = 128 }))} |";
            }
            Console.WriteLine(row);
        }
        return 0;
    }

    private static LabeledFeatures[] Features(MLContext mlContext, string folder)
    {
        IDataView images = mlContext.Data.LoadFromImageFolder(folder);
        IDataView features = mlContext.Transforms.DecodeImages().Append(mlContext.Transforms.ResNeXtFeaturizer("Features", "Image")).Fit(images).Transform(images);
        return [.. mlContext.Data.CreateEnumerable<LabeledFeatures>(features, reuseRowObject: false, ignoreMissingColumns: true)];
    }

    // So many training images of each class, and the test images of a split.
    private static (LabeledFeatures[] Training, LabeledFeatures[] Test) Draw(
        MLContext mlContext, LabeledFeatures[] images, int split, int perClass, bool byPrefix)
    {
        IDataView files = mlContext.Data.LoadFromEnumerable(images.Select(image => new LabeledImageFile(image.ImagePath, image.Label)));
        HashSet<string> test = [.. mlContext.Data.StratifiedSplit(files, TestFraction, split).TestSet.GetColumn<string>(nameof(LabeledImageFile.ImagePath))];
        if (byPrefix)
        {
            foreach (IGrouping<string, LabeledFeatures> ofClass in images.GroupBy(image => image.Label))
            {
                LabeledFeatures[][] groups = [.. ofClass.GroupBy(Prefix).Select(group => group.ToArray()).OrderByDescending(group => group.Length)];
                if (groups.Length > 1)
                {
                    test.ExceptWith(ofClass.Select(image => image.ImagePath));
                    test.UnionWith(groups[(split - 1) % groups.Length].Select(image => image.ImagePath));
                }
            }
        }
        var random = new Random(split);
        LabeledFeatures[] training = [.. images.Where(image => !test.Contains(image.ImagePath)).OrderBy(_ => random.Next())
            .GroupBy(image => image.Label).SelectMany(ofClass => ofClass.Take(perClass))];
        return (training, [.. images.Where(image => test.Contains(image.ImagePath))]);
    }

    private static string Prefix(LabeledFeatures image) => Path.GetFileName(image.ImagePath).Split('-')[0];

    private static double Linear(MLContext mlContext, (LabeledFeatures[] Training, LabeledFeatures[] Test) split)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabeledFeatures));
        schema[nameof(LabeledFeatures.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, split.Training[0].Features.Length);
        return Accuracy(mlContext, mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(),
            mlContext.Data.LoadFromEnumerable(split.Training, schema), mlContext.Data.LoadFromEnumerable(split.Test, schema));
    }

    private static double Train(MLContext mlContext, (LabeledFeatures[] Training, LabeledFeatures[] Test) split, ResNeXtTrainer.Options options)
    {
        IDataView Files(LabeledFeatures[] images) => mlContext.Data.LoadFromEnumerable(images.Select(image => new LabeledImageFile(image.ImagePath, image.Label)));

        return Accuracy(mlContext, mlContext.Transforms.DecodeImages()
            .Append(mlContext.MulticlassClassification.Trainers.ResNeXt(options with { FeatureColumnName = "Image" })), Files(split.Training), Files(split.Test));
    }

    private static double Accuracy(MLContext mlContext, IEstimator<ITransformer> classifier, IDataView training, IDataView test)
    {
        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(classifier).Fit(training);
        double accuracy = mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        (model as IDisposable)?.Dispose();
        return accuracy;
    }

    private static string Cell(Func<int, double> measure)
    {
        double[] accuracies = [.. Enumerable.Range(1, Splits).Select(measure)];
        return string.Create(CultureInfo.InvariantCulture, $"{100 * accuracies.Average():F1} % ({100 * accuracies.Min():F0} to {100 * accuracies.Max():F0})");
    }

    private sealed class LabeledFeatures
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
