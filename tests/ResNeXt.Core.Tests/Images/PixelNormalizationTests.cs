using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images;

public sealed class PixelNormalizationTests
{
    [Fact]
    public void Constructor_OfListsThatChangeLater_KeepsTheValues()
    {
        float[] mean = [1, 2, 3], std = [4, 5, 6];

        var normalization = new PixelNormalization(mean, std);
        (mean[0], std[0]) = (7, 0);

        Assert.Equal([1f, 2, 3], normalization.Mean);
        Assert.Equal([4f, 5, 6], normalization.Std);
    }
}
