using Microsoft.ML;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.LabelChecks.Signals;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.LabelChecks;

/// <summary>Checks the labels of an image folder: reads the images, computes features, and draws conclusions from these.</summary>
internal static class LabelCheck
{
    private const int OutlierNeighbors = 5;

    // The limit of outliers: so many deviations above the median. Of normally distributed distances, one in a thousand is above.
    private const float OutlierDeviations = 3;
    private const float DeviationPerMad = 1.4826f;

    /// <summary>Runs the check.</summary>
    /// <param name="services">The context that computes features.</param>
    /// <param name="folder">The path of the folder with one folder per class.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidDataException">
    /// Fewer than two classes have two images that can be read, or as <see cref="ImageFolder.Open"/>.
    /// </exception>
    public static LabelCheckResult Run(MLServices services, string folder, LabelCheckOptions options)
    {
        var training = ImageFolder.Open(folder);
        ImageFolder? validation = options.ValidationFolder is { } path ? ImageFolder.Open(path) : null;
        using var source = FeatureSource.Create(services, options.Weights, options.Architecture, options.Pretrained);
        (List<ReadImage> images, List<string> warnings) = ImageReading.Read(
            [.. training.Files, .. validation?.Files ?? []], options.CancellationToken);
        warnings.AddRange(new[] { training.Warning, validation?.Warning }.OfType<string>());
        HashSet<string> ofTraining = training.Files.Select(file => Path.GetFullPath(file.ImagePath)).ToHashSet(StringComparer.Ordinal);
        // One folder may lie in the other: an image is no copy of itself.
        images = [.. images.DistinctBy(image => Path.GetFullPath(image.File.ImagePath))];
        // Training images come first.
        int trained = images.Count(image => ofTraining.Contains(Path.GetFullPath(image.File.ImagePath)));
        float[][] features = source.Compute(images, options.Progress, options.CancellationToken);
        return Conclude(new MLContext(options.Seed), new(source.Description, images, features, trained), warnings, options);
    }

    /// <summary>Draws conclusions from features.</summary>
    internal static LabelCheckResult Conclude(MLContext mlContext, CheckedImages images, List<string> warnings, LabelCheckOptions options)
    {
        var similarity = new FeatureSimilarity(images.Features);
        Neighbor[][] neighbors = similarity.Nearest(options.CancellationToken);
        PairOfCopies[] copies = Copies(images, neighbors);
        CheckedLabel[] labels = Labels(mlContext, images, similarity, copies, warnings, options);
        NearDuplicate[] duplicates = [.. copies.Select(pair => new NearDuplicate(
            images.Images[pair.First].File, images.Images[pair.Second].File, pair.Difference,
            IsLeak: pair.First < images.TrainingCount && pair.Second >= images.TrainingCount))];
        return new(images.FeatureDescription, images.Images.Count, labels, duplicates, Outliers(images, neighbors), warnings);
    }

    private static CheckedLabel[] Labels(
        MLContext mlContext, CheckedImages images, FeatureSimilarity similarity, PairOfCopies[] copies, List<string> warnings,
        LabelCheckOptions options)
    {
        ILookup<string, int> byLabel = Enumerable.Range(0, images.TrainingCount)
            .ToLookup(index => images.Images[index].File.Label, StringComparer.Ordinal);
        string[] classes = [.. byLabel.Where(rows => rows.Count() > 1).Select(rows => rows.Key).Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
        {
            throw new InvalidDataException($"{classes.Length} of {byLabel.Count} classes have two or more images that can be read; "
                + "labels are checked by comparing classes, so add images to at least two.");
        }
        warnings.AddRange(byLabel.Where(rows => rows.Count() == 1).Select(rows =>
            $"The label '{rows.Key}' is not checked, because only one image has it."));
        int[] rows = [.. Enumerable.Range(0, images.TrainingCount).Where(index => classes.Contains(images.Images[index].File.Label))];
        int[] given = [.. rows.Select(row => Array.IndexOf(classes, images.Images[row].File.Label))];
        int[] pictures = Pictures(images.Images.Count, copies);
        float[][] probabilities = OutOfSampleProbabilities.Compute(
            mlContext, [.. rows.Select(row => similarity.Directions[row])], given, [.. rows.Select(row => pictures[row])], classes.Length,
            options.Seed, options.CancellationToken);
        return [.. ConfidentLearning.Judge(given, probabilities)
            .Select((judgment, index) => (judgment, index))
            .OrderBy(item => item.judgment.Margin).ThenBy(item => item.index)
            .Select(item => Label(item.judgment, item.index))];

        CheckedLabel Label(LabelJudgment judgment, int index)
        {
            float[] ofImage = probabilities[index];
            (string label, string suggested) = (classes[given[index]], classes[judgment.Suggested]);
            return new(images.PathOf(rows[index])!, label, suggested, ofImage[given[index]], ofImage[judgment.Suggested], judgment.IsSuspicious,
                NearestOf(label), NearestOf(suggested));

            string? NearestOf(string other) => images.PathOf(similarity.NearestOf(rows[index], byLabel[other]));
        }
    }

    private static PairOfCopies[] Copies(CheckedImages images, Neighbor[][] neighbors) =>
        [.. neighbors.SelectMany((nearest, index) => nearest.Select(neighbor => Pair(index, neighbor.Index)))
            .Distinct()
            .AsParallel().AsOrdered()
            .Select(pair => new PairOfCopies(pair.First, pair.Second, Difference(images.Images[pair.First], images.Images[pair.Second])))
            .Where(pair => pair.Difference <= BrightnessThumbnail.LargestDifferenceOfCopies)
            .OrderBy(pair => pair.Difference).ThenBy(pair => pair.First).ThenBy(pair => pair.Second)];

    // The number of each image's picture, which copies, and copies of these, have in common: the index of the first one.
    private static int[] Pictures(int count, PairOfCopies[] copies)
    {
        int[] pictures = [.. Enumerable.Range(0, count)];
        for (bool hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            foreach (PairOfCopies pair in copies.Where(pair => pictures[pair.First] != pictures[pair.Second]))
            {
                pictures[pair.First] = pictures[pair.Second] = Math.Min(pictures[pair.First], pictures[pair.Second]);
                hasChanged = true;
            }
        }
        return pictures;
    }

    private static (int First, int Second) Pair(int index, int other) => (Math.Min(index, other), Math.Max(index, other));

    private static float Difference(ReadImage first, ReadImage second) => first.Brightness.Difference(second.Brightness);

    private static ImageOutlier[] Outliers(CheckedImages images, Neighbor[][] neighbors)
    {
        float[] distances = [.. neighbors.Select(nearest => nearest.Length == 0 ? 0
            : 1 - nearest.Take(OutlierNeighbors).Average(neighbor => neighbor.Cosine))];
        float median = Median(distances);
        float deviation = DeviationPerMad * Median([.. distances.Select(distance => Math.Abs(distance - median))]);
        return [.. Enumerable.Range(0, distances.Length)
            .Where(index => neighbors[index].Length > 0 && distances[index] > median + OutlierDeviations * Math.Max(deviation, 0.01f))
            .OrderByDescending(index => distances[index]).ThenBy(index => index)
            .Select(index => new ImageOutlier(
                images.PathOf(index)!, images.Images[index].File.Label, distances[index], images.PathOf(neighbors[index][0].Index)!))];
    }

    private static float Median(float[] values) => values.Length == 0 ? 0 : values.Order().ElementAt(values.Length / 2);
}
