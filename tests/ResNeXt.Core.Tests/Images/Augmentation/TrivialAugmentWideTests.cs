using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation;

public sealed class TrivialAugmentWideTests
{
    private static readonly ImageShape Shape = new(3, 14, 21);
    private static readonly TrivialAugmentWide Augment = new(Shape, [-1, -2, -3]);

    [Fact]
    public void Apply_OverManyDraws_GivesEveryOutcomeOfEveryOperation()
    {
        float[] image = Pictures.Noise(Shape);
        // The same picture can come of several draws, as translations by less than a pixel do.
        Dictionary<long, int> possible = [];
        foreach (TrivialOperation operation in Enum.GetValues<TrivialOperation>())
        {
            for (int bin = 0; bin <= TrivialAugmentWide.StrongestBin; bin++)
            {
                foreach (bool negative in new[] { false, true })
                {
                    long outcome = Key(Changed(image, copy => Augment.Apply(copy, operation, bin, negative)));
                    possible[outcome] = possible.GetValueOrDefault(outcome) + 1;
                }
            }
        }
        var random = new Random(1);
        const int Draws = 40 * 14 * 31 * 2;
        var counts = new Dictionary<long, int>();
        for (int draw = 0; draw < Draws; draw++)
        {
            long outcome = Key(Changed(image, copy => Augment.Apply(copy, random)));
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        Assert.Equal(possible.Keys.Order(), counts.Keys.Order());
        // Forty draws are expected of each; six standard deviations either way.
        Assert.All(counts, outcome => Assert.InRange(
            Math.Abs(outcome.Value - 40 * possible[outcome.Key]) / Math.Sqrt(40 * possible[outcome.Key]), 0, 6));
    }

    [Theory]
    [InlineData((int)TrivialOperation.Identity, 30)]
    [InlineData((int)TrivialOperation.ShearX, 0)]
    [InlineData((int)TrivialOperation.ShearY, 0)]
    [InlineData((int)TrivialOperation.TranslateX, 0)]
    [InlineData((int)TrivialOperation.TranslateY, 0)]
    [InlineData((int)TrivialOperation.Rotate, 0)]
    [InlineData((int)TrivialOperation.Brightness, 0)]
    [InlineData((int)TrivialOperation.Color, 0)]
    [InlineData((int)TrivialOperation.Contrast, 0)]
    [InlineData((int)TrivialOperation.Sharpness, 0)]
    [InlineData((int)TrivialOperation.Posterize, 0)]
    public void Apply_AtItsWeakest_ChangesNothing(int operation, int bin)
    {
        float[] image = Pictures.Noise(Shape);

        Pictures.AssertClose(image, Changed(image, copy => Augment.Apply(copy, (TrivialOperation)operation, bin, negative: false)), 1e-3f);
    }

    [Fact]
    public void Apply_AtTheirStrongest_ReachesTorchvisionsRanges()
    {
        float[] image = Pictures.Noise(Shape);
        void Same(TrivialOperation operation, bool negative, Action<float[]> expected) => Pictures.AssertClose(
            Changed(image, expected), Changed(image, copy => Augment.Apply(copy, operation, TrivialAugmentWide.StrongestBin, negative)), 1e-3f);

        Same(TrivialOperation.TranslateX, false, copy => AffineMap.Translate(3, 0).Apply(copy, Shape, [-1, -2, -3]));
        Same(TrivialOperation.TranslateY, true, copy => AffineMap.Translate(0, -2).Apply(copy, Shape, [-1, -2, -3]));
        Same(TrivialOperation.ShearX, true, copy => AffineMap.ShearX(-0.99).Apply(copy, Shape, [-1, -2, -3]));
        Same(TrivialOperation.ShearY, false, copy => AffineMap.ShearY(0.99).Apply(copy, Shape, [-1, -2, -3]));
        Same(TrivialOperation.Rotate, true, copy => AffineMap.Rotate(-135, Shape).Apply(copy, Shape, [-1, -2, -3]));
        Same(TrivialOperation.Brightness, true, copy => ColorAdjustment.Brightness(copy, 0.01f));
        Same(TrivialOperation.Color, false, copy => ColorAdjustment.Saturation(copy, Shape.PlaneLength, 1.99f));
        Same(TrivialOperation.Contrast, true, copy => ColorAdjustment.Contrast(copy, Shape.PlaneLength, 0.01f));
        Same(TrivialOperation.Sharpness, false, copy => Sharpness.Apply(copy, Shape, 1.99f));
        Same(TrivialOperation.Posterize, false, copy => ToneCurve.Posterize(copy, 2));
        Same(TrivialOperation.Solarize, false, copy => ToneCurve.Solarize(copy, 0));
    }

    private static float[] Changed(float[] image, Action<float[]> change)
    {
        float[] copy = [.. image];
        change(copy);
        return copy;
    }

    // A substitute for the image.
    private static long Key(float[] image)
    {
        long key = 0;
        foreach (float value in image)
            key = unchecked(key * 1_000_003 + BitConverter.SingleToInt32Bits(value));
        return key;
    }
}
