using Microsoft.ML;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.LabelChecks;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.LabelChecks;

/// <summary>Photographs with planted mistakes: a tenth of the labels changed, and five copies that are resized, recompressed or cropped.</summary>
public sealed class FlowersTests
{
    private const int Wrong = 20, Draws = 5;

    private static readonly string[] Classes = ["daisy", "dandelion", "roses", "sunflowers", "tulips"];

    [SharedDataFact, Trait("Category", "Slow")]
    public void CheckLabels_PretrainedFeatures_FindThreeQuartersOfWrongLabels()
    {
        // Weights of a package; without them there is nothing to measure.
        if (PretrainedFile.FindOnThisMachine(new()) is null)
            return;
        int found = 0;
        for (int seed = 1; seed <= Draws; seed++)
        {
            using var folder = new TemporaryFolder();
            HashSet<string> wrong = CopyWithWrongLabels(folder.Path, new Random(seed)).Wrong;

            LabelCheckResult result = new MLContext().Data.CheckLabels(folder.Path);

            found += result.Labels.Take(result.Labels.Count / 10).Count(label => wrong.Contains(label.ImagePath));
        }
        Assert.True(found >= 0.75 * Wrong * Draws, $"{found} of {Wrong * Draws} wrong labels are among the first tenth.");
    }

    [SharedDataTheory, Trait("Category", "Slow")]
    [InlineData(null)]
    [InlineData(LabelCheckOptions.NoWeights)]
    public void CheckLabels_Copies_AreFound(string? weights)
    {
        using var folder = new TemporaryFolder();
        string[] copies = PlantCopies(folder.Path, CopyWithWrongLabels(folder.Path, new Random(1)).Right);

        LabelCheckResult result = new MLContext().Data.CheckLabels(folder.Path, new() { Weights = weights });

        Assert.Empty(copies.Except(result.NearDuplicates.SelectMany(pair => new[] { pair.First.ImagePath, pair.Second.ImagePath })));
        Assert.InRange(result.NearDuplicates.Count, copies.Length, copies.Length + 2);
    }

    private static (HashSet<string> Wrong, HashSet<string> Right) CopyWithWrongLabels(string folder, Random random)
    {
        string[] files = [.. Classes.SelectMany(name => Directory.GetFiles(SharedData.Path("data", "flowers", name)).Order(StringComparer.Ordinal))];
        random.Shuffle(files);
        foreach (string name in Classes)
            Directory.CreateDirectory(Path.Combine(folder, name));
        HashSet<string> wrong = [], right = [];
        foreach (string file in files)
        {
            string label = Path.GetFileName(Path.GetDirectoryName(file))!;
            HashSet<string> set = wrong.Count < Wrong ? wrong : right;
            if (set == wrong)
                label = Classes[(Array.IndexOf(Classes, label) + 1 + random.Next(Classes.Length - 1)) % Classes.Length];
            string path = Path.Combine(folder, label, Path.GetFileName(file));
            File.Copy(file, path);
            set.Add(path);
        }
        return (wrong, right);
    }

    private static string[] PlantCopies(string folder, IEnumerable<string> files)
    {
        // Width and height of the copy, the part of each side that is left out, and the quality.
        (float Scale, float Cropped, int Quality)[] changes = [(0.5f, 0, 90), (1, 0, 40), (1, 0.05f, 85), (0.7f, 0.05f, 60), (1.5f, 0, 75)];
        return [.. files.Take(changes.Length).ToArray().Zip(changes).Select((item, index) =>
            Copy(item.First, folder, index, item.Second.Scale, item.Second.Cropped, item.Second.Quality))];
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
