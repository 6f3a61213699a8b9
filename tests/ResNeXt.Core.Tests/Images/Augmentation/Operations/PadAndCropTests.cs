using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class PadAndCropTests
{
    private static readonly ImageShape Shape = new(1, 8, 16);

    // Every pixel is unique, so a result tells which shift and which flip made it.
    private static readonly float[] Image = [.. Enumerable.Range(1, Shape.Length).Select(value => (float)value)];

    [Fact]
    public void Apply_OverManyDraws_GivesEveryShiftAboutEquallyOften()
    {
        var crop = new PadAndCrop(Shape, Shape, 0.125f, isMirrored: false, [-1]);
        Dictionary<(int, int, bool), int> counts = Count(3000, (target, random) => crop.Apply(Image, target, random));

        // Three shifts down, five across: 15 outcomes of 200 draws each.
        Assert.Equal(15, counts.Count);
        Assert.All(counts, outcome => Assert.False(outcome.Key.Item3));
        Assert.All(counts.Values, count => Assert.InRange(count, 140, 260));
    }

    [Fact]
    public void Light_OverManyDraws_GivesEveryShiftAndFlipAboutEquallyOften()
    {
        var augmenter = new ImageAugmenter(AugmentationPolicy.Light, Shape, PixelRange.Bytes, new PixelNormalization([-1], [1]));
        Dictionary<(int, int, bool), int> counts = Count(6000, (target, random) =>
        {
            augmenter.Apply(Image, target, random);
            for (int i = 0; i < target.Length; i++)
                target[i]--;
        });

        Assert.Equal(30, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 140, 260));
    }

    [Fact]
    public void Apply_ToSeveralChannels_PadsEachWithItsOwnValue()
    {
        var shape = new ImageShape(3, 1, 8);
        var target = new float[shape.Length];
        new PadAndCrop(shape, shape, 0.5f, isMirrored: false, [10, 20, 30]).Apply(new float[shape.Length], target, new Random(4));

        for (int channel = 0; channel < 3; channel++)
            Assert.Equal([0, (channel + 1) * 10], target.AsSpan(channel * 8, 8).ToArray().Distinct().Order());
    }

    [Fact]
    public void Apply_WithReflection_ContinuesTheImageAsAMirrorDoes()
    {
        // A ramp: after the crop, every difference between neighbors is 1 or -1, and the sign changes at the edge only, which is there once.
        var shape = new ImageShape(1, 1, 8);
        var seen = new HashSet<string>();
        var crop = new PadAndCrop(shape, shape, 0.25f, isMirrored: true, [-1]);
        var random = new Random(2);
        for (int draw = 0; draw < 100; draw++)
        {
            var target = new float[shape.Length];
            crop.Apply([0, 1, 2, 3, 4, 5, 6, 7], target, random);
            seen.Add(string.Join(' ', target));
        }

        Assert.Equal(
            ["0 1 2 3 4 5 6 7", "1 0 1 2 3 4 5 6", "1 2 3 4 5 6 7 6", "2 1 0 1 2 3 4 5", "2 3 4 5 6 7 6 5"],
            seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Apply_WithReflection_MirrorsRowsToo()
    {
        var shape = new ImageShape(1, 4, 1);
        var target = new float[shape.Length];
        var crop = new PadAndCrop(shape, shape, 0.25f, isMirrored: true, [-1]);
        var seen = new HashSet<string>();
        for (int draw = 0; draw < 50; draw++)
        {
            crop.Apply([0, 1, 2, 3], target, new Random(draw));
            seen.Add(string.Join(' ', target));
        }

        Assert.Equal(["0 1 2 3", "1 0 1 2", "1 2 3 2"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Apply_ToASmallerCrop_TakesEveryPlaceOfThePaddedImage()
    {
        var crop = new PadAndCrop(new ImageShape(1, 1, 4), new ImageShape(1, 1, 2), 0.25f, isMirrored: false, [0]);
        var random = new Random(1);
        var seen = new HashSet<string>();
        for (int draw = 0; draw < 100; draw++)
        {
            var target = new float[2];
            crop.Apply([1, 2, 3, 4], target, random);
            seen.Add(string.Join(' ', target));
        }

        Assert.Equal(["1 2", "2 3", "3 4"], seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_ToAMuchSmallerCrop_PadsByAPartOfTheCrop(bool isMirrored)
    {
        var crop = new PadAndCrop(new ImageShape(1, 8, 8), new ImageShape(1, 2, 2), 0.5f, isMirrored, [-1]);
        var random = new Random(1);
        var corners = new HashSet<float>();
        for (int draw = 0; draw < 2000; draw++)
        {
            var target = new float[4];
            crop.Apply([.. Enumerable.Range(0, 64).Select(value => (float)value)], target, random);
            Assert.Contains(target, value => value >= 0);
            corners.Add(target[3]);
        }

        // The last pixel of a crop is any pixel of the image, or of the padding below or right of it.
        Assert.Equal(64, corners.Count(value => value >= 0));
        Assert.Equal(!isMirrored, corners.Contains(-1));
    }

    private static Dictionary<(int, int, bool), int> Count(int draws, Action<float[], Random> apply)
    {
        var counts = new Dictionary<(int, int, bool), int>();
        var random = new Random(1);
        for (int draw = 0; draw < draws; draw++)
        {
            var target = new float[Shape.Length];
            apply(target, random);
            (int, int, bool) found = Explain(target);
            counts[found] = counts.GetValueOrDefault(found) + 1;
        }
        return counts;
    }

    // Finds the one shift and flip that explain the result, padding included.
    private static (int Y, int X, bool Flip) Explain(float[] target) =>
        (from y in Enumerable.Range(-1, 3)
         from x in Enumerable.Range(-2, 5)
         from flip in new[] { false, true }
         where target.SequenceEqual(Expected(y, x, flip))
         select (y, x, flip)).Single();

    private static IEnumerable<float> Expected(int shiftY, int shiftX, bool flip)
    {
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int column = 0; column < Shape.Width; column++)
            {
                int fromY = y + shiftY, fromX = (flip ? Shape.Width - 1 - column : column) + shiftX;
                bool inside = fromY >= 0 && fromY < Shape.Height && fromX >= 0 && fromX < Shape.Width;
                yield return inside ? Image[fromY * Shape.Width + fromX] : -1;
            }
        }
    }
}
