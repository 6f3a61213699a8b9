using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Tests.Training.Data;

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
        List<(float[] Pixels, long[] Labels)> batches = Read(Epoch(store, batchSize, seed: 5, epoch: 1));

        Assert.Equal(expected, batches.Select(batch => batch.Labels.Length));
        Assert.Equal(Enumerable.Range(0, images).Select(value => (float)value), batches.SelectMany(batch => batch.Pixels).Order());
        Assert.All(batches, batch => Assert.Equal(batch.Pixels.Select(value => (long)value % 7), batch.Labels));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BatchesPerEpoch_OfAnyNumberOfImagesAndAnyBatchSize_DiffersFromTheFewestPossibleOnlyForTheLeastBatch(int least)
    {
        for (int images = 2; images <= 20; images++)
        {
            using ImageStore store = Store(images);
            for (int batchSize = 2; batchSize <= 20; batchSize++)
            {
                var loader = new BatchLoader(store, Identity, batchSize, workers: 1, Computation.OnCpu, least);
                int[] sizes = [.. Read(loader.InOrder(default)).Select(batch => batch.Labels.Length)];
                int fewest = (images + batchSize - 1) / batchSize;

                Assert.Equal(images, sizes.Sum());
                Assert.Equal(loader.BatchesPerEpoch, sizes.Length);
                Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
                Assert.True(sizes.Min() >= least);
                Assert.True(sizes.Max() <= Math.Max(batchSize, least + 1));
                // A batch that is large enough is what it was without a least size.
                Assert.Equal(images / fewest >= least, sizes.Length == fewest);
            }
        }
    }

    [Fact]
    public void Epoch_WithOneSeed_IsTheSameAgainAndAnotherInTheNextEpoch()
    {
        using ImageStore store = Store(40);
        float[] Order(int epoch, int seed) => [.. Read(Epoch(store, 8, seed, epoch)).SelectMany(batch => batch.Pixels)];

        Assert.Equal(Order(1, 5), Order(1, 5));
        Assert.NotEqual(Order(1, 5), Order(2, 5));
        Assert.NotEqual(Order(1, 5), Order(1, 6));
    }

    [Fact]
    public void InOrder_Always_GivesTheSourcesOrderNormalised()
    {
        using ImageStore store = Store(5);
        var loader = new BatchLoader(store, new PixelNormalization([2], [4]), 2, workers: 2, Computation.OnCpu);

        Assert.Equal([-0.5f, -0.25f, 0, 0.25f, 0.5f], Read(loader.InOrder(default)).SelectMany(batch => batch.Pixels));
    }

    [Fact]
    public void Epoch_AbandonedInTheMiddle_EndsItsBackgroundWork()
    {
        using ImageStore store = Store(1000);
        var counted = new CountedDataset(store);
        IEnumerator<Batch> batches = Epoch(counted, 2, seed: 1, epoch: 1).GetEnumerator();
        Assert.True(batches.MoveNext());
        batches.Current.Dispose();

        batches.Dispose();

        // The batch that was taken, and one for each of the two workers.
        Assert.InRange(counted.Reads, 2, 6);
        Assert.False(SpinWait.SpinUntil(() => counted.Reads > 6, TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void Epoch_OfASourceThatFails_ThrowsItsException()
    {
        var loader = new BatchLoader(new Broken(), Identity, 2, workers: 2, Computation.OnCpu);

        Assert.Throws<InvalidDataException>(() => Read(loader.InOrder(default)));
    }

    [Fact]
    public void Epoch_FromABatchInTheMiddle_GivesWhatAWholeOneGivesFromThere()
    {
        using ImageStore store = Store(40);

        Assert.Equal(
            Read(Epoch(store, 8, seed: 3, epoch: 2)).Skip(2).SelectMany(batch => batch.Pixels),
            Read(Epoch(store, 8, seed: 3, epoch: 2, firstBatch: 2)).SelectMany(batch => batch.Pixels));
    }

    [Fact]
    public void Epoch_WithAnyNumberOfWorkers_GivesTheSame()
    {
        using ImageStore store = Store(100);
        float[] Order(int workers) => [.. Read(Epoch(store, 4, seed: 3, epoch: 1, workers: workers)).SelectMany(batch => batch.Pixels)];

        Assert.Equal(Order(1), Order(2));
        Assert.Equal(Order(1), Order(7));
    }

    [Fact]
    public void Epoch_BalancedOverClassesOfOneAndOfManyImages_DrawsEveryClassEquallyOften()
    {
        var store = new ImageStore(new ImageShape(1, 1, 1), 100_000);
        for (int index = 0; index < 100; index++)
            store.Add([index], index < 5 ? 0 : 1);
        using (store)
        {
            long[] labels = [.. Read(Epoch(store, 10, seed: 1, epoch: 1, balanced: true)).SelectMany(batch => batch.Labels)];

            Assert.Equal(50, labels.Count(label => label == 0));
            Assert.Equal(50, labels.Count(label => label == 1));
        }
    }

    [Fact]
    public void Epoch_WithACropSize_GivesCropsOfThatSizeAndInOrderWholeImages()
    {
        using var store = new ImageStore(new ImageShape(1, 6, 8), 100_000);
        store.Add([.. Enumerable.Range(0, 48).Select(value => (float)value)], 0);
        var loader = new BatchLoader(store, Identity, batchSize: 1, workers: 1, Computation.OnCpu);
        var policy = new AugmentationPolicy { Crop = CropKind.RandomResizedCrop, CropSize = 5, MixupAlpha = 1 };

        using Batch crop = loader.Epoch(new(policy, store, Identity, 1), new EpochRandom(1, 1), balanced: false, firstBatch: 0).Single();
        using Batch whole = loader.InOrder(CancellationToken.None).Single();

        Assert.Equal([1, 1, 5, 5], crop.Images.shape);
        Assert.Equal([1, 1, 6, 8], whole.Images.shape);
    }

    private static IEnumerable<Batch> Epoch(
        IImageDataset store, int batchSize, int seed, int epoch, bool balanced = false, int firstBatch = 0, int workers = 2) =>
        new BatchLoader(store, Identity, batchSize, workers, Computation.OnCpu).Epoch(
            new TrainingTransform(AugmentationPolicy.Light, store, Identity, 7), new EpochRandom(seed, epoch), balanced, firstBatch);

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

    private sealed class Broken : IImageDataset
    {
        public int Count => 4;

        public ImageShape Shape { get; } = new(1, 1, 1);

        public PixelRange Range => PixelRange.Bytes;

        public int Label(int index) => 0;

        public void CopyTo(int index, Span<float> pixels) => throw new InvalidDataException();
    }
}
