using ResNeXt.Core.Imaging;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Training;

namespace ResNeXt.Core.Tests.Training;

public sealed class BatchLoaderTests
{
    private static readonly PixelNormalization Identity = new([0], [1]);

    [Theory]
    [InlineData(33, 32, new[] { 16, 17 })]
    [InlineData(10, 4, new[] { 3, 3, 4 })]
    [InlineData(3, 32, new[] { 3 })]
    public void Epoch_OfAnyLength_HasBalancedBatchesOfEveryImageOnce(int images, int batchSize, int[] expected)
    {
        using ImageStore store = Store(images);
        List<(float[] Pixels, long[] Labels)> batches = Read(new BatchLoader(store, Identity, batchSize).Epoch(1, seed: 5, augment: false, default));

        Assert.Equal(expected, batches.Select(batch => batch.Labels.Length));
        Assert.Equal(Enumerable.Range(0, images).Select(value => (float)value), batches.SelectMany(batch => batch.Pixels).Order());
        Assert.All(batches, batch => Assert.Equal(batch.Pixels.Select(value => (long)value % 7), batch.Labels));
    }

    [Fact]
    public void Epoch_WithOneSeed_IsTheSameAgainAndAnotherInTheNextEpoch()
    {
        using ImageStore store = Store(40);
        var loader = new BatchLoader(store, Identity, 8);
        float[] Order(int epoch, int seed) => [.. Read(loader.Epoch(epoch, seed, augment: true, default)).SelectMany(batch => batch.Pixels)];

        Assert.Equal(Order(1, 5), Order(1, 5));
        Assert.NotEqual(Order(1, 5), Order(2, 5));
        Assert.NotEqual(Order(1, 5), Order(1, 6));
    }

    [Fact]
    public void InOrder_Always_GivesTheSourcesOrderNormalised()
    {
        using ImageStore store = Store(5);
        var loader = new BatchLoader(store, new PixelNormalization([2], [4]), 2);

        Assert.Equal([-0.5f, -0.25f, 0, 0.25f, 0.5f], Read(loader.InOrder(default)).SelectMany(batch => batch.Pixels));
    }

    [Fact]
    public void Epoch_AbandonedInTheMiddle_EndsItsBackgroundWork()
    {
        using ImageStore store = Store(1000);
        using IEnumerator<Batch> batches = new BatchLoader(store, Identity, 2).Epoch(1, 1, false, default).GetEnumerator();
        Assert.True(batches.MoveNext());
        batches.Current.Dispose();
    }

    [Fact]
    public void Epoch_OfASourceThatFails_ThrowsItsException()
    {
        var loader = new BatchLoader(new Broken(), Identity, 2);

        Assert.Throws<InvalidDataException>(() => Read(loader.InOrder(default)));
    }

    private static ImageStore Store(int images)
    {
        var store = new ImageStore(new ImageShape(1, 1, 1), 100_000);
        for (int index = 0; index < images; index++)
            store.Add([index], index % 7);
        return store;
    }

    private static List<(float[] Pixels, long[] Labels)> Read(IEnumerable<Batch> batches)
    {
        TorchLibrary.EnsureLoaded();
        var read = new List<(float[], long[])>();
        foreach (Batch batch in batches)
        {
            using (batch)
                read.Add((batch.Images.data<float>().ToArray(), batch.Labels.data<long>().ToArray()));
        }
        return read;
    }

    private sealed class Broken : IImageSource
    {
        public int Count => 4;

        public ImageShape Shape { get; } = new(1, 1, 1);

        public int Label(int index) => 0;

        public void CopyTo(int index, Span<float> pixels) => throw new InvalidDataException();
    }
}
