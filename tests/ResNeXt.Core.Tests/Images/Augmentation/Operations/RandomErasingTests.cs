using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class RandomErasingTests
{
    [Fact]
    public void Apply_OverManyDraws_ClearsOneRectangleOfThePapersSizesInAllChannels()
    {
        var shape = new ImageShape(2, 40, 60);
        var random = new Random(1);
        var areas = new List<double>();
        for (int draw = 0; draw < 1000; draw++)
        {
            float[] image = Pictures.Constant(shape, 1);
            RandomErasing.Apply(image, shape, random);
            Assert.Equal(image[..shape.PlaneLength], image[shape.PlaneLength..]);
            int[] erased = [.. Enumerable.Range(0, shape.PlaneLength).Where(i => image[i] == 0)];
            int height = erased.Max(i => i / 60) - erased.Min(i => i / 60) + 1, width = erased.Max(i => i % 60) - erased.Min(i => i % 60) + 1;
            Assert.Equal(height * width, erased.Length);
            Assert.InRange((double)width / height, 0.25, 4);
            areas.Add((double)erased.Length / shape.PlaneLength);
        }

        Assert.InRange(areas.Min(), 0.015, 0.03);
        Assert.InRange(areas.Max(), 0.31, 0.34);
        Assert.Equal(0.175, areas.Average(), 0.015);
    }

    [Fact]
    public void Policy_WithAFifth_ErasesAFifthOfTheImages()
    {
        var shape = new ImageShape(1, 20, 20);
        var augmenter = new ImageAugmenter(new() { RandomErasingProbability = 0.2f }, shape, PixelRange.Bytes, new PixelNormalization([0], [1]));
        float[] target = new float[shape.Length], image = Pictures.Constant(shape, 1);
        int erased = Enumerable.Range(0, 2000).Count(seed =>
        {
            augmenter.Apply(image, target, new Random(seed * 7919));
            return target.Contains(0);
        });

        Assert.InRange(erased, 330, 470);
    }
}
