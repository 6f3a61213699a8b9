using Microsoft.ML;
using ResNeXt.MLNet.LabelChecks;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.LabelChecks;

/// <summary>Photographs with planted mistakes: a tenth of the labels changed, and five copies that are resized, recompressed or cropped.</summary>
public sealed class FlowersTests
{
    private const int Wrong = 20;

    private static readonly string[] Classes = ["daisy", "dandelion", "roses", "sunflowers", "tulips"];

    [SharedDataFact, Trait("Category", "Slow")]
    public void CheckLabels_PretrainedFeatures_FindMostWrongLabelsAndAllCopies()
    {
        // Weights of a package; without them there is nothing to measure.
        if (Core.Weights.Pretrained.PretrainedFile.FindOnThisMachine(new()) is null)
            return;
        using var folder = new TemporaryFolder();
        (HashSet<string> changed, HashSet<string> copies) = Plant(folder.Path);

        LabelCheckResult result = new MLContext().Data.CheckLabels(folder.Path);

        int first = result.Labels.Count / 10;
        int found = result.Labels.Take(first).Count(label => changed.Contains(label.ImagePath));
        Assert.True(found >= 0.5 * Wrong, $"{found} of {Wrong} wrong labels are among the first {first} with {result.Features}.");
        Assert.Empty(copies.Except(result.NearDuplicates.SelectMany(pair => new[] { pair.First.ImagePath, pair.Second.ImagePath })));
        Assert.InRange(result.NearDuplicates.Count, copies.Count, copies.Count + 2);
    }

    /// <summary>The copies are found without a network too.</summary>
    [SharedDataFact, Trait("Category", "Slow")]
    public void CheckLabels_SimpleFeatures_FindAllCopies()
    {
        using var folder = new TemporaryFolder();
        (_, HashSet<string> copies) = Plant(folder.Path);

        LabelCheckResult result = new MLContext().Data.CheckLabels(folder.Path, new() { Weights = LabelCheckOptions.NoWeights });

        Assert.Empty(copies.Except(result.NearDuplicates.SelectMany(pair => new[] { pair.First.ImagePath, pair.Second.ImagePath })));
        Assert.InRange(result.NearDuplicates.Count, copies.Count, copies.Count + 2);
    }

    private static (HashSet<string> Changed, HashSet<string> Copies) Plant(string folder)
    {
        string[] files = [.. Classes.SelectMany(name => Directory.GetFiles(SharedData.Path("data", "flowers", name)).Order(StringComparer.Ordinal))];
        int[] order = [.. Enumerable.Range(0, files.Length)];
        var random = new Random(1);
        random.Shuffle(order);
        foreach (string name in Classes)
            Directory.CreateDirectory(Path.Combine(folder, name));
        var changed = new HashSet<string>();
        for (int i = 0; i < files.Length; i++)
        {
            string file = files[order[i]], label = Path.GetFileName(Path.GetDirectoryName(file))!;
            if (i < Wrong)
                label = Classes[(Array.IndexOf(Classes, label) + 1 + random.Next(Classes.Length - 1)) % Classes.Length];
            string path = Path.Combine(folder, label, Path.GetFileName(file));
            File.Copy(file, path);
            if (i < Wrong)
                changed.Add(path);
        }
        // Width and height of the copy, the part of each side that is left out, and the quality.
        (float Scale, float Cropped, int Quality)[] changes = [(0.5f, 0, 90), (1, 0, 40), (1, 0.05f, 85), (0.7f, 0.05f, 60), (1.5f, 0, 75)];
        return (changed, [.. changes.Select((change, index) => Copy(files[order[Wrong + index]], folder, index, change.Scale, change.Cropped, change.Quality))]);
    }

    private static string Copy(string file, string folder, int index, float scale, float cropped, int quality)
    {
        using var original = SKBitmap.Decode(file);
        var kept = SKRectI.Create((int)(original.Width * cropped), 0, (int)(original.Width * (1 - cropped)), (int)(original.Height * (1 - cropped)));
        using var part = new SKBitmap();
        Assert.True(original.ExtractSubset(part, kept));
        using SKBitmap scaled = part.Resize(new SKImageInfo((int)(kept.Width * scale), (int)(kept.Height * scale)), SKFilterQuality.Medium);
        using SKData jpeg = scaled.Encode(SKEncodedImageFormat.Jpeg, quality);
        // Every other copy gets the next label.
        int label = (Array.IndexOf(Classes, Path.GetFileName(Path.GetDirectoryName(file))) + index % 2) % Classes.Length;
        string path = Path.Combine(folder, Classes[label], $"copy{index}.jpg");
        File.WriteAllBytes(path, jpeg.ToArray());
        return path;
    }
}
