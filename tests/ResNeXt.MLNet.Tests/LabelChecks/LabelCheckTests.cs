using Microsoft.ML;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.LabelChecks;
using ResNeXt.MLNet.LabelChecks.Signals;

namespace ResNeXt.MLNet.Tests.LabelChecks;

/// <summary>Conclusions from features that are drawn at random around the center of each class.</summary>
public sealed class LabelCheckTests
{
    private const int PerClass = 20, Classes = 3, Size = 16;

    [Fact]
    public void Conclude_WrongLabels_AreFirst()
    {
        int[] wrong = [3, 25, 47];

        LabelCheckResult result = Check(index => wrong.Contains(index) ? (index / PerClass + 1) % Classes : index / PerClass, out _);

        Assert.Equal(wrong.Select(Name).Order(), result.Labels.Take(wrong.Length).Select(label => label.ImagePath).Order());
        Assert.All(result.Labels.Take(wrong.Length), label => Assert.Equal($"class{Number(label.ImagePath) / PerClass}", label.SuggestedLabel));
        Assert.InRange(result.Labels.Count(label => label.IsSuspicious), wrong.Length - 1, wrong.Length + 2);
        Assert.Equal(PerClass * Classes, result.Labels.Count);
    }

    [Fact]
    public void Conclude_CopyWithTheSameWrongLabel_DoesNotConfirmIt()
    {
        LabelCheckResult alone = Check(index => index == 0 ? 1 : index / PerClass, out _);

        LabelCheckResult copied = Check(index => index is 0 or 59 ? 1 : index / PerClass, out _, copiesOfFirst: [59]);

        float before = alone.Labels.Single(label => label.ImagePath == Name(0)).LabelProbability;
        Assert.InRange(copied.Labels.Single(label => label.ImagePath == Name(0)).LabelProbability, 0, before + 0.02f);
    }

    /// <summary>A class with one picture can be learned from the copies only.</summary>
    [Fact]
    public void Conclude_ClassOfCopies_IsNotSuspicious()
    {
        LabelCheckResult result = Check(index => index / PerClass, out _, copiesOfFirst: [.. Enumerable.Range(1, PerClass - 1)]);

        Assert.DoesNotContain(result.Labels, label => label.Label == "class0" && (label.IsSuspicious || label.LabelProbability < 0.5f));
    }

    [Fact]
    public void Conclude_NothingButCopies_IsChecked()
    {
        LabelCheckResult result = Check(index => index / PerClass, out _, copiesOfFirst: [.. Enumerable.Range(1, PerClass * Classes - 1)]);

        Assert.Equal(PerClass * Classes, result.Labels.Count);
    }

    [Fact]
    public void Conclude_Twice_IsTheSame()
    {
        LabelCheckResult first = Check(index => index * 7 % Classes, out _), second = Check(index => index * 7 % Classes, out _);

        Assert.Equal(first.Labels, second.Labels);
        Assert.Equal(first.Outliers, second.Outliers);
    }

    [Fact]
    public void Conclude_FeaturesOfNothingElse_AreAnOutlier()
    {
        LabelCheckResult result = Check(index => index / PerClass, out _, outlier: 30);

        Assert.Equal(Name(30), result.Outliers[0].ImagePath);
        Assert.InRange(result.Outliers.Count, 1, 3);
    }

    [Fact]
    public void Conclude_SamePicturesInValidation_AreLeaks()
    {
        // Of the last ten images, for validation, the last has the pixels of the first one and the features of its class.
        LabelCheckResult result = Check(index => index == 59 ? 0 : index / PerClass, out _, copiesOfFirst: [59], trainingCount: 50);

        NearDuplicate pair = Assert.Single(result.NearDuplicates);
        Assert.Equal((Name(0), Name(59)), (pair.First.ImagePath, pair.Second.ImagePath));
        Assert.True(pair.IsLeak);
        Assert.False(pair.HaveDifferentLabels);
        Assert.Equal(50, result.Labels.Count);
    }

    [Fact]
    public void Conclude_LabelOfOneImage_IsLeftOutWithAWarning()
    {
        LabelCheckResult result = Check(index => index == 5 ? 9 : index / PerClass, out List<string> warnings);

        Assert.DoesNotContain(result.Labels, label => label.ImagePath == Name(5));
        Assert.Contains("'class9'", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Conclude_OneClass_Throws() =>
        Assert.Contains("at least two", Assert.Throws<InvalidDataException>(() => Check(_ => 0, out _)).Message, StringComparison.Ordinal);

    private static LabelCheckResult Check(
        Func<int, int> labelOf, out List<string> warnings, int? outlier = null, int[]? copiesOfFirst = null, int trainingCount = PerClass * Classes)
    {
        var random = new Random(1);
        float[][] centers = [.. Enumerable.Range(0, Classes).Select(_ => Draw(random, 1))];
        var features = new List<float[]>();
        var images = new List<ReadImage>();
        for (int index = 0; index < PerClass * Classes; index++)
        {
            float[] center = centers[index / PerClass], noise = Draw(random, 0.25f), elsewhere = Draw(random, 1);
            features.Add(index == outlier ? elsewhere : [.. center.Zip(noise, (value, deviation) => value + deviation)]);
            var pixels = new byte[64 * 64];
            random.NextBytes(pixels);
            var brightness = new BrightnessThumbnail(pixels);
            images.Add(new(new LabeledImageFile(Name(index), $"class{labelOf(index)}"), brightness, []));
        }
        foreach (int copy in copiesOfFirst ?? [])
        {
            images[copy] = images[copy] with { Brightness = images[0].Brightness };
            features[copy] = features[0];
        }
        warnings = [];
        return LabelCheck.Conclude(new MLContext(1), new("drawn", images, [.. features], trainingCount), warnings, new LabelCheckOptions());
    }

    private static float[] Draw(Random random, float scale) =>
        [.. Enumerable.Range(0, Size).Select(_ => scale * 2 * (random.NextSingle() - 0.5f))];

    private static string Name(int index) => $"image{index}.jpg";

    private static int Number(string name) => int.Parse(Path.GetFileNameWithoutExtension(name)["image".Length..], System.Globalization.CultureInfo.InvariantCulture);
}
