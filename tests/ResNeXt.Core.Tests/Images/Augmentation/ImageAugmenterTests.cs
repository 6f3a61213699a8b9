using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.Core.Tests.Images.Augmentation;

public sealed class ImageAugmenterTests
{
    private static readonly AugmentationPolicy Everything =
        AugmentationPolicy.Modern with { Brightness = 0.4f, Contrast = 0.4f, Saturation = 0.4f, Hue = 0.1f, RandomErasingProbability = 0.5f };

    public static TheoryData<int, int, int> Shapes => new() { { 3, 12, 12 }, { 1, 12, 12 }, { 3, 9, 20 }, { 2, 20, 5 }, { 4, 1, 30 }, { 3, 1, 1 } };

    [Fact]
    public void Apply_WithoutAugmentation_IsTheNormalisationAlone()
    {
        var shape = new ImageShape(3, 2, 2);
        float[] image = Pictures.Noise(shape), target = new float[shape.Length];
        new ImageAugmenter(AugmentationPolicy.None, shape, PixelRange.Bytes, PixelNormalization.ImageNet).Apply(image, target, new Random(1));

        PixelNormalization.ImageNet.Apply(image, shape.PlaneLength);
        Assert.Equal(image, target);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Apply_TwiceWithTheSameRandom_GivesTheSameAndLeavesTheSource(int channels, int height, int width)
    {
        var shape = new ImageShape(channels, height, width);
        float[] image = Pictures.Noise(shape), copy = [.. image];
        ImageAugmenter augmenter = Bytes(Everything, shape);
        for (int seed = 0; seed < 100; seed++)
        {
            float[] first = Augmented(augmenter, image, seed);
            Assert.Equal(first, Augmented(augmenter, image, seed));
            Assert.All(first, value => Assert.InRange(value, -128f / 64, 127f / 64));
        }
        Assert.Equal(copy, image);
    }

    [Theory]
    [InlineData(3, 12, 12, 7, CropKind.RandomResizedCrop)]
    [InlineData(1, 12, 12, 12, CropKind.RandomResizedCrop)]
    [InlineData(3, 9, 20, 9, CropKind.PadAndCrop)]
    [InlineData(2, 20, 5, 1, CropKind.PadAndCrop)]
    public void Apply_WithACropSize_FillsTheCropAndNothingElse(int channels, int height, int width, int size, CropKind crop)
    {
        var shape = new ImageShape(channels, height, width);
        ImageAugmenter augmenter = Bytes(Everything with { Crop = crop, CropSize = size }, shape);
        float[] image = Pictures.Noise(shape);
        for (int seed = 0; seed < 100; seed++)
        {
            var target = new float[channels * size * size];
            Array.Fill(target, float.NaN);
            augmenter.Apply(image, target, new Random(seed));
            Assert.All(target, value => Assert.InRange(value, -128f / 64, 127f / 64));
        }
    }

    [Fact]
    public void Apply_FromSeveralThreads_GivesTheSame()
    {
        var shape = new ImageShape(3, 12, 12);
        float[] image = Pictures.Noise(shape);
        ImageAugmenter augmenter = Bytes(Everything, shape);
        float[][] expected = [.. Enumerable.Range(0, 200).Select(seed => Augmented(augmenter, image, seed))];

        Parallel.For(0, 1000, round => Assert.Equal(expected[round % 200], Augmented(augmenter, image, round % 200)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(-2, 6)]
    public void Apply_OnAnotherScale_GivesTheNetworkTheSame(float minimum, float maximum)
    {
        var shape = new ImageShape(3, 10, 14);
        float[] bytes = Pictures.Noise(shape);
        float scale = (maximum - minimum) / 255;
        float[] scaled = [.. bytes.Select(value => minimum + value * scale)];
        // Without the interpolation of a resized crop: rounding decides differently halfway between two levels.
        AugmentationPolicy withoutTrivial = Everything with { Crop = CropKind.PadAndCrop, TrivialAugmentWide = false };
        foreach (AugmentationPolicy policy in new[] { withoutTrivial, new() { TrivialAugmentWide = true } })
        {
            ImageAugmenter one = Bytes(policy, shape);
            var other = new ImageAugmenter(policy, shape, new PixelRange(minimum, maximum),
                new PixelNormalization([.. Enumerable.Repeat(minimum + 128 * scale, 3)], [.. Enumerable.Repeat(64 * scale, 3)]));
            for (int seed = 0; seed < 300; seed++)
                Pictures.AssertClose(Augmented(one, bytes, seed), Augmented(other, scaled, seed), 2e-3f);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Apply_ToAnImageOfTheMean_GivesOneFiniteValuePerChannelAtMostBesidesTheMean(int channels, int height, int width)
    {
        var shape = new ImageShape(channels, height, width);
        float[] image = Pictures.Constant(shape, 128);
        ImageAugmenter augmenter = Bytes(Everything, shape);
        for (int seed = 0; seed < 200; seed++)
        {
            float[] result = Augmented(augmenter, image, seed);
            Assert.All(result, value => Assert.True(float.IsFinite(value)));
            Assert.InRange(result.Select(value => MathF.Round(value, 3)).Where(value => value != 0).Distinct().Count(), 0, 1);
        }
    }

    [Fact]
    public void Apply_WithFlipAtAThird_FlipsAThird()
    {
        var shape = new ImageShape(1, 2, 3);
        var augmenter = new ImageAugmenter(new() { HorizontalFlipProbability = 1f / 3 }, shape, PixelRange.Bytes, new PixelNormalization([0], [1]));
        float[][] results = [.. Enumerable.Range(0, 3000).Select(seed => Augmented(augmenter, [1, 2, 3, 4, 5, 6], seed * 7919))];

        int flipped = results.Count(result => result.SequenceEqual(new float[] { 3, 2, 1, 6, 5, 4 }));
        Assert.Equal(3000, flipped + results.Count(result => result.SequenceEqual(new float[] { 1, 2, 3, 4, 5, 6 })));
        Assert.InRange(flipped, 900, 1100);
    }

    private static ImageAugmenter Bytes(AugmentationPolicy policy, ImageShape shape) => new(policy, shape, PixelRange.Bytes,
        new PixelNormalization([.. Enumerable.Repeat(128f, shape.Channels)], [.. Enumerable.Repeat(64f, shape.Channels)]));

    private static float[] Augmented(ImageAugmenter augmenter, float[] image, int seed)
    {
        var target = new float[image.Length];
        augmenter.Apply(image, target, new Random(seed));
        return target;
    }
}
