using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images;

public sealed class ImageStoreTests
{
    private static readonly ImageShape Shape = new(3, 4, 5);

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(1_000_000)]
    public void CopyTo_WithAnyMemoryLimit_GivesBackWhatWasAdded(long limit)
    {
        float[][] images = [.. Enumerable.Range(0, 9).Select(seed => Pixels(seed, wholeNumbers: seed % 2 == 0))];
        using var store = new ImageStore(Shape, limit);
        foreach ((int index, float[] image) in images.Index())
            store.Add(image, index % 3);

        var read = new float[Shape.Length];
        foreach (int index in new[] { 8, 0, 3, 5, 1, 2, 7, 6, 4 })
        {
            store.CopyTo(index, read);
            Assert.Equal(images[index], read);
            Assert.Equal(index % 3, store.Label(index));
        }
        Assert.Equal(limit < 1000, store.UsesFile);
    }

    [Fact]
    public void CopyTo_FromSeveralThreads_GivesTheSame()
    {
        using var store = new ImageStore(Shape, memoryLimit: 100);
        float[][] images = [.. Enumerable.Range(0, 50).Select(seed => Pixels(seed, wholeNumbers: seed % 3 == 0))];
        foreach (float[] image in images)
            store.Add(image, 0);

        Parallel.For(0, 500, round =>
        {
            var read = new float[Shape.Length];
            store.CopyTo(round % 50, read);
            Assert.Equal(images[round % 50], read);
        });
    }

    // The squares of these values are rounded.
    [Theory]
    [InlineData(0.7f)]
    [InlineData(-1.1f)]
    [InlineData(1e-3f)]
    [InlineData(1e6f / 3)]
    [InlineData(0)]
    public void MeasureNormalization_OfAConstantChannel_HasTheStandardDeviationOne(float value)
    {
        using var store = new ImageStore(new ImageShape(2, 32, 32), long.MaxValue);
        float[] image = [.. Enumerable.Repeat(value, 1024), .. Enumerable.Range(0, 1024).Select(index => 1 + index * 1e-6f)];
        for (int count = 0; count < 50; count++)
            store.Add(image, 0);

        PixelNormalization normalization = store.MeasureNormalization();

        Assert.Equal(1, normalization.Std[0]);
        Assert.Equal(2.956e-4, normalization.Std[1], 1e-6);
    }

    [Fact]
    public void MeasureNormalization_OfKnownPixels_IsMeanAndPopulationDeviation()
    {
        using var store = new ImageStore(new ImageShape(2, 1, 2), 1000);
        store.Add([0, 10, 7, 7], 0);
        store.Add([20, 30, 7, 7], 1);

        PixelNormalization normalization = store.MeasureNormalization();

        Assert.Equal([15, 7], normalization.Mean);
        Assert.Equal(Math.Sqrt(125), normalization.Std[0], 1e-5);
        Assert.Equal(1, normalization.Std[1]);
    }

    [Theory]
    [InlineData(new float[] { 0, 3, 7, 200 }, 0, 255)]
    [InlineData(new float[] { 0, 1, 1, 0 }, 0, 1)]
    [InlineData(new float[] { 0, 0.5f, 1, 0 }, 0, 1)]
    [InlineData(new float[] { 0, 3, 7, 256 }, 0, 256)]
    [InlineData(new float[] { -2.5f, 3, 7, 2 }, -2.5f, 7)]
    [InlineData(new float[] { 0.25f, 0.25f, 0.25f, 0.25f }, 0.25f, 1.25f)]
    public void Range_OfAllImages_IsThatOfBytesOrMeasured(float[] values, float minimum, float maximum)
    {
        using var store = new ImageStore(new ImageShape(1, 1, 2), 1000);
        Assert.Equal(PixelRange.Bytes, store.Range);
        store.Add(values.AsSpan(0, 2), 0);
        store.Add(values.AsSpan(2, 2), 0);

        Assert.Equal(new PixelRange(minimum, maximum), store.Range);
        Assert.Equal(store.Range, new ImageDatasetSubset(store, [0]).Range);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_PixelThatIsNotFinite_IsRefused(float value)
    {
        using var store = new ImageStore(Shape, 1000);
        float[] pixels = Pixels(1, wholeNumbers: true);
        pixels[7] = value;

        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => store.Add(pixels, 0)).Message);
    }

    [Fact]
    public void Add_WrongLength_SaysWhatIsNeeded() =>
        Assert.Contains("60", Assert.Throws<ArgumentException>(() => new ImageStore(Shape, 0).Add(new float[59], 0)).Message);

    private static float[] Pixels(int seed, bool wholeNumbers)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Shape.Length).Select(_ => wholeNumbers ? random.Next(256) : random.NextSingle() * 400 - 100)];
    }
}
