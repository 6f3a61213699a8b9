using System.Diagnostics;
using System.Globalization;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Benchmarks.FineTuning;

/// <summary>Measures ten frozen epochs with features that are computed once against features that are computed in every epoch.</summary>
internal static class FeaturesCommand
{
    private const string Network = "resnet56_cifar";
    private const int Epochs = 10, Images = 250, Classes = 5, Runs = 5;

    public static int Run()
    {
        using ImageStore images = Paint();
        var seconds = new Dictionary<bool, List<double>> { [true] = [], [false] = [] };
        for (int run = 1; run <= Runs; run++)
        {
            foreach (bool cached in new[] { false, true })
            {
                seconds[cached].Add(Train(images, cached));
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Run {run} of {Runs}, {(cached ? "once" : "every epoch")}: {seconds[cached][^1]:F2} s"));
            }
        }
        double ratio = Median(seconds[false]) / Median(seconds[true]);
        Console.WriteLine($"{Network}, {Images} images of 32 pixels, {Epochs} frozen epochs without augmentation; medians of {Runs} turns (smallest to largest).");
        Console.WriteLine();
        Console.WriteLine("| features are computed | seconds | times as fast |");
        Console.WriteLine("|---|---:|---:|");
        Console.WriteLine($"| in every epoch | {Cell(seconds[false])} | 1 |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| once | {Cell(seconds[true])} | {ratio:F1} |"));
        return 0;
    }

    private static double Train(ImageStore images, bool cached)
    {
        using var network = new ResidualNetwork(Architectures.Get(Network), Classes, seed: 1);
        var options = new TrainingOptions
        {
            Recipe = new() { MaxEpochs = Epochs, Augmentation = AugmentationPolicy.None, FineTuning = new() { FrozenEpochs = Epochs, CacheFeatures = cached } },
        };
        var clock = Stopwatch.StartNew();
        new ClassifierTrainer(network, PixelNormalization.ImageNet, options).Train(images);
        return clock.Elapsed.TotalSeconds;
    }

    // What is on the images does not matter here.
    private static ImageStore Paint()
    {
        var random = new Random(1);
        var images = new ImageStore(new ImageShape(3, 32, 32), 100_000_000);
        for (int index = 0; index < Images; index++)
            images.Add([.. Enumerable.Range(0, images.Shape.Length).Select(_ => (float)random.Next(256))], index % Classes);
        return images;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Cell(List<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(values):F2} ({values.Min():F2} to {values.Max():F2})");
}
