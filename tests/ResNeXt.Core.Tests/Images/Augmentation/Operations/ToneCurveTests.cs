using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class ToneCurveTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(2)]
    public void Posterize_OfAllBytes_KeepsTheHighestBits(int bits)
    {
        float[] image = Bytes();
        ToneCurve.Posterize(image, bits);

        Assert.Equal(Enumerable.Range(0, 256).Select(value => (float)(value & (0xFF << (8 - bits)) & 0xFF)), image);
    }

    [Fact]
    public void Solarize_FromAThreshold_InvertsWhatIsNotBelow()
    {
        float[] image = [0, 127, 128, 255];
        ToneCurve.Solarize(image, 127.5f);
        Assert.Equal([0, 127, 127, 0], image);

        ToneCurve.Solarize(image, 127);
        Assert.Equal([0, 128, 128, 0], image);
    }

    [Fact]
    public void AutoContrast_OfTwoChannels_StretchesEach()
    {
        float[] image = [50, 100, 150, 7, 7, 7];
        ToneCurve.AutoContrast(image, 3);

        Pictures.AssertClose([0, 127.5f, 255, 7, 7, 7], image, 1e-3f);
    }

    [Fact]
    public void Equalize_OfADarkRamp_SpreadsItsValuesAsPillowDoes()
    {
        // 1024 pixels of the values 0 to 63, 16 each: Pillow's step is (1024 - 16) / 255 = 3, and its curve starts at half a step.
        float[] image = [.. Enumerable.Range(0, 1024).Select(i => (float)(i / 16))];
        ToneCurve.Equalize(image, 1024);

        Assert.Equal(Enumerable.Range(0, 1024).Select(i => (float)Math.Min(255, (1 + i / 16 * 16) / 3)), image);
    }

    [Fact]
    public void Equalize_OfOneValue_ChangesNothing()
    {
        float[] image = [.. Enumerable.Repeat(77f, 1000)];
        ToneCurve.Equalize(image, 1000);

        Assert.All(image, value => Assert.Equal(77, value));
    }

    [Fact]
    public void Sharpness_OfADot_SmoothsAndSharpens()
    {
        var shape = new ImageShape(1, 3, 4);
        float[] dot = [0, 0, 0, 0, 0, 130, 0, 0, 0, 0, 0, 0], smooth = [.. dot], sharp = [.. dot], same = [.. dot];
        Sharpness.Apply(smooth, shape, 0);
        Sharpness.Apply(same, shape, 1);
        Sharpness.Apply(sharp, shape, 1.5f);

        Pictures.AssertClose([0, 0, 0, 0, 0, 50, 10, 0, 0, 0, 0, 0], smooth, 1e-4f);
        Pictures.AssertClose(dot, same, 1e-4f);
        Pictures.AssertClose([0, 0, 0, 0, 0, 170, 0, 0, 0, 0, 0, 0], sharp, 1e-4f);
    }

    private static float[] Bytes() => [.. Enumerable.Range(0, 256).Select(value => (float)value)];
}
