using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation.Operations;

namespace ResNeXt.Core.Tests.Images.Augmentation.Operations;

public sealed class RandomResizedCropTests
{
    [Fact]
    public void Draw_OverManyDraws_HasUniformAreaAndLogUniformAspect()
    {
        // Large, so that whole pixels hardly matter, and at most a quarter of it, so that every aspect ratio fits.
        var shape = new ImageShape(1, 1000, 1000);
        var random = new Random(3);
        PixelRectangle[] parts = [.. Enumerable.Range(0, 4000).Select(_ => PixelRectangle.Draw(shape, 0.05, 0.25, 2, random)!.Value)];

        Assert.All(parts, part => Assert.True(part is { Top: >= 0, Left: >= 0 } && part.Top + part.Height <= 1000 && part.Left + part.Width <= 1000));
        AssertUniform(parts.Select(part => (part.Width * part.Height / 1e6 - 0.05) / 0.2));
        AssertUniform(parts.Select(part => (Math.Log2((double)part.Width / part.Height) + 1) / 2));
        AssertUniform(parts.Select(part => (double)part.Top / (1000 - part.Height)));
        AssertUniform(parts.Select(part => (double)part.Left / (1000 - part.Width)));
    }

    [Fact]
    public void Draw_WhereNothingFits_GivesNothing() =>
        Assert.Null(PixelRectangle.Draw(new ImageShape(1, 1, 1000), 1, 1, 1, new Random(1)));

    [Theory]
    [InlineData(2, 40)]
    [InlineData(40, 2)]
    public void Apply_WhereNothingFits_TakesTheMiddle(int height, int width)
    {
        var shape = new ImageShape(1, height, width);
        float[] image = [.. Enumerable.Range(0, shape.Length).Select(i => (float)(width > height ? i % width : i / width))];
        var target = new float[shape.Length];
        new RandomResizedCrop(shape, shape, 1, 1.5f).Apply(image, target, new Random(1));

        // Three pixels of forty, from the 19th on (counted from 1), are stretched to the whole.
        Assert.Equal(18, target.Min());
        Assert.Equal(20, target.Max());
    }

    [Fact]
    public void Apply_ToARamp_GivesAPartOfTheRampStretchedEvenly()
    {
        var shape = new ImageShape(2, 24, 36);
        float[] image =
            [.. Enumerable.Range(0, shape.PlaneLength).Select(i => i % 36f), .. Enumerable.Range(0, shape.PlaneLength).Select(i => (float)(i / 36))];
        var crop = new RandomResizedCrop(shape, shape, 0.1f, 4f / 3);
        var random = new Random(5);
        for (int draw = 0; draw < 50; draw++)
        {
            var target = new float[shape.Length];
            crop.Apply(image, target, random);
            // Inside, neighbors differ by the same everywhere: the part's side over the image's.
            float acrossStep = target[18] - target[17], downStep = target[shape.PlaneLength + 12 * 36] - target[shape.PlaneLength + 11 * 36];
            Assert.InRange(acrossStep * 36 * downStep * 24 / shape.PlaneLength, 0.08f, 1.0001f);
            for (int y = 0; y < 24; y++)
                Assert.Equal(target[17] + acrossStep, target[y * 36 + 18], 1e-4f);
        }
    }

    [Fact]
    public void Resize_TwoPixelsToFour_WeighsByDistanceOfCentres()
    {
        var target = new float[8];
        var shape = new ImageShape(1, 2, 4);
        BilinearResize.Apply([0, 8, 100, 100, 0, 8, 100, 100], shape, new PixelRectangle(0, 0, 2, 2), target, shape);

        Assert.Equal([0, 2, 6, 8, 0, 2, 6, 8], target);
    }

    [Fact]
    public void Resize_FourPixelsToTwo_WeighsByDistanceWithinTwoPixels()
    {
        var target = new float[2];
        BilinearResize.Apply([9, 0, 7, 14, 21, 9], new ImageShape(1, 1, 6), new PixelRectangle(0, 1, 1, 4), target, new ImageShape(1, 1, 2));

        // 3/7, 3/7 and 1/7 of the nearest pixels.
        Assert.Equal(5, target[0], 1e-5f);
        Assert.Equal(16, target[1], 1e-5f);
    }

    [Fact]
    public void Resize_ToAnySmallerOrLargerSides_KeepsRampsStraight()
    {
        var shape = new ImageShape(2, 20, 30);
        float[] image =
            [.. Enumerable.Range(0, shape.PlaneLength).Select(i => i % 30f), .. Enumerable.Range(0, shape.PlaneLength).Select(i => (float)(i / 30))];
        var part = new PixelRectangle(2, 3, 16, 24);
        foreach (ImageShape smaller in new ImageShape[] { new(2, 8, 12), new(2, 16, 24), new(2, 11, 23), new(2, 5, 40), new(2, 40, 7), new(2, 40, 60) })
        {
            var target = new float[smaller.Length];
            BilinearResize.Apply(image, shape, part, target, smaller);

            float right = 24f / smaller.Width, down = 16f / smaller.Height;
            int y = smaller.Height / 2, x = smaller.Width / 2;
            Assert.Equal(3 + (x + 0.5f) * right - 0.5f, target[y * smaller.Width + x], 1e-4f);
            Assert.Equal(2 + (y + 0.5f) * down - 0.5f, target[smaller.PlaneLength + y * smaller.Width + x], 1e-4f);
            Assert.InRange(target[..smaller.PlaneLength].Min(), 3 - 1e-4f, 3 + right);
            Assert.InRange(target[..smaller.PlaneLength].Max(), 26 - right, 26 + 1e-4f);
        }
    }

    // By the definition of the antialiased filter, without its shortcuts: all pixels weigh 1 - distance / scale, where that is above 0.
    [Theory]
    [InlineData(5, 7)]
    [InlineData(11, 4)]
    [InlineData(3, 30)]
    [InlineData(25, 6)]
    public void Resize_OfNoise_EqualsTheWeightedMeanOfAllPixels(int height, int width)
    {
        var shape = new ImageShape(2, 20, 26);
        var part = new PixelRectangle(3, 2, 15, 22);
        var random = new Random(1);
        float[] image = [.. Enumerable.Range(0, shape.Length).Select(_ => (float)random.Next(256))], target = new float[2 * height * width];

        BilinearResize.Apply(image, shape, part, target, new ImageShape(2, height, width));

        for (int index = 0; index < target.Length; index++)
        {
            (int channel, int y, int x) = (index / (height * width), index / width % height, index % width);
            double[] down = Weights(y, part.Height, height), across = Weights(x, part.Width, width);
            double expected = 0;
            for (int row = 0; row < part.Height; row++)
            {
                for (int column = 0; column < part.Width; column++)
                    expected += down[row] * across[column] * image[(channel * shape.Height + part.Top + row) * shape.Width + part.Left + column];
            }
            Assert.Equal(expected, target[index], 1e-3);
        }
    }

    [Fact]
    public void Apply_ToASmallerCrop_ShowsAsMuchOfTheImage()
    {
        var shape = new ImageShape(1, 24, 24);
        var crop = new RandomResizedCrop(shape, new ImageShape(1, 12, 12), 1, 1);
        var target = new float[144];
        crop.Apply([.. Enumerable.Range(0, shape.Length).Select(i => i % 24f)], target, new Random(1));

        Assert.Equal(2, target[7] - target[6], 1e-5f);
        Assert.Equal(11.5f, target[..12].Average(), 1e-4f);
    }

    private static double[] Weights(int position, int from, int to)
    {
        double scale = (double)from / to, reach = Math.Max(scale, 1);
        double[] weights = [.. Enumerable.Range(0, from).Select(pixel => Math.Max(0, 1 - Math.Abs(pixel + 0.5 - (position + 0.5) * scale) / reach))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    // Mean 1/2, variance 1/12, within 0 and 1 but for whole pixels.
    private static void AssertUniform(IEnumerable<double> draws)
    {
        double[] values = [.. draws];
        Assert.All(values, value => Assert.InRange(value, -0.01, 1.01));
        Assert.Equal(0.5, values.Average(), 0.02);
        Assert.Equal(1 / 12.0, values.Average(value => value * value) - values.Average() * values.Average(), 0.005);
    }
}
