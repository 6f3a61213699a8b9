using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class ColorTests
{
    // Two pixels: (200, 100, 50) and (40, 80, 240).
    private static readonly float[] Image = [200, 40, 100, 80, 50, 240];

    [Fact]
    public void Brightness_OfOneAndAHalf_MultipliesAndClamps() =>
        AssertChanged([255, 60, 150, 120, 75, 255], image => ColorAdjustment.Brightness(image, 1.5f));

    [Fact]
    public void Contrast_OfAHalf_HalvesTheDistanceToTheMeanGray()
    {
        float mean = (0.2989f * 240 + 0.587f * 180 + 0.114f * 290) / 2;
        AssertChanged([.. Image.Select(value => (value + mean) / 2)], image => ColorAdjustment.Contrast(image, 2, 0.5f));
    }

    [Fact]
    public void Contrast_OfOneChannel_UsesItsMean()
    {
        float[] image = [0, 100, 200, 100];
        ColorAdjustment.Contrast(image, 4, 3);

        Assert.Equal([0, 100, 255, 100], image);
    }

    [Fact]
    public void Saturation_OfZero_IsGray()
    {
        float first = 0.2989f * 200 + 0.587f * 100 + 0.114f * 50, second = 0.2989f * 40 + 0.587f * 80 + 0.114f * 240;
        AssertChanged([first, second, first, second, first, second], image => ColorAdjustment.Saturation(image, 2, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Saturation_WithoutThreeChannels_ChangesNothing(int channels) =>
        AssertChanged(Image, image => ColorAdjustment.Saturation(image, 6 / channels, 0));

    [Theory]
    [InlineData(1f / 3, new float[] { 50, 240, 200, 40, 100, 80 })]
    [InlineData(-1f / 3, new float[] { 100, 80, 50, 240, 200, 40 })]
    [InlineData(0, new float[] { 200, 40, 100, 80, 50, 240 })]
    [InlineData(0.5f, new float[] { 50, 240, 150, 200, 200, 40 })]
    public void Hue_ByPartsOfTheCircle_MovesTheColours(float turn, float[] expected) =>
        AssertChanged(expected, image => ColorAdjustment.Hue(image, 2, turn));

    [Fact]
    public void Hue_OfGray_ChangesNothing()
    {
        float[] image = [70, 70, 70];
        ColorAdjustment.Hue(image, 1, 0.3f);

        Assert.Equal([70, 70, 70], image);
    }

    [Fact]
    public void ColorJitter_OfBrightness_DrawsTheFactorEvenly()
    {
        var jitter = new ColorJitter(new() { Brightness = 0.4f }, new ImageShape(1, 1, 1));
        var random = new Random(1);
        float[] factors = [.. Enumerable.Range(0, 4000).Select(_ =>
        {
            float[] image = [100];
            jitter.Apply(image, random);
            return image[0] / 100;
        })];

        Assert.All(factors, factor => Assert.InRange(factor, 0.6f, 1.4f));
        Assert.Equal(1, factors.Average(), 0.02f);
        Assert.Equal(0.64 / 12, factors.Average(factor => (factor - 1) * (factor - 1)), 0.004);
    }

    [Fact]
    public void ColorJitter_OverManyDraws_UsesBothOrders()
    {
        // Contrast keeps the sum of the pixels: what multiplies it is the factor of brightness, which is the first or the second that was drawn.
        var jitter = new ColorJitter(new() { Brightness = 0.2f, Contrast = 0.2f }, new ImageShape(1, 1, 2));
        int brightnessFirst = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            float[] image = [50, 150];
            jitter.Apply(image, new Random(seed * 7919));
            var repeated = new Random(seed * 7919);
            repeated.Shuffle<int>([0, 1, 2, 3]);
            double first = repeated.NextUniform(0.8, 1.2), second = repeated.NextUniform(0.8, 1.2);
            double sum = image[0] + image[1];
            Assert.True(Math.Abs(sum - 200 * first) < 0.01 || Math.Abs(sum - 200 * second) < 0.01);
            brightnessFirst += Math.Abs(sum - 200 * first) < 0.01 ? 1 : 0;
        }
        Assert.InRange(brightnessFirst, 430, 570);
    }

    private static void AssertChanged(float[] expected, Action<float[]> change)
    {
        float[] image = [.. Image];
        change(image);
        Pictures.AssertClose(expected, image, 1e-3f);
    }
}
