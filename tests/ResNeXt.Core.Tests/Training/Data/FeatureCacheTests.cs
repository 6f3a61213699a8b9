using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Distributed;

namespace ResNeXt.Core.Tests.Training.Data;

public sealed class FeatureCacheTests
{
    [Fact]
    public void Compute_WithoutMemory_KeepsTheFeaturesInAFile()
    {
        using ImageStore images = SmallTraining.Images(9);
        using ResidualNetwork network = SmallTraining.Network();
        BatchLoader loader = Loader(images);
        using ImageStore inMemory = FeatureCache.Compute(network, loader, 1_000_000, default);
        using ImageStore inFile = FeatureCache.Compute(network, loader, 0, default);

        Assert.Equal((false, true), (inMemory.UsesFile, inFile.UsesFile));
        float[] first = new float[inMemory.Shape.Length], second = new float[inMemory.Shape.Length];
        for (int index = 0; index < images.Count; index++)
        {
            inMemory.CopyTo(index, first);
            inFile.CopyTo(index, second);
            Assert.Equal(first, second);
            Assert.Equal(images.Label(index), inFile.Label(index));
        }
    }

    // Three batches for two processes, so that the last round has one.
    [Fact]
    public void Compute_InTwoProcesses_DividesTheBatchesAndGivesBothAllFeatures()
    {
        using ImageStore images = SmallTraining.Images(9);
        using ResidualNetwork network = SmallTraining.Network();
        using ImageStore alone = FeatureCache.Compute(network, Loader(images), 1_000_000, default);

        (ImageStore Features, int Reads)[] together = ThreadTransport.Run(2, group =>
        {
            using ResidualNetwork own = SmallTraining.Network();
            var counted = new CountedDataset(images);
            using var agreement = new StopAgreement(default, default);
            return (FeatureCache.Compute(own, Loader(counted), 1_000_000, default, group: Together(group, agreement)), counted.Reads);
        });

        Assert.Equal([6, 3], together.Select(process => process.Reads));
        float[] expected = new float[alone.Shape.Length], found = new float[alone.Shape.Length];
        foreach ((ImageStore features, _) in together)
        {
            Assert.Equal(images.Count, features.Count);
            for (int index = 0; index < images.Count; index++)
            {
                alone.CopyTo(index, expected);
                features.CopyTo(index, found);
                Assert.Equal(expected, found);
                Assert.Equal(images.Label(index), features.Label(index));
            }
            features.Dispose();
        }
    }

    // Four images are one batch, and the second process has none. Beside the batch in work, two are prepared.
    [Theory]
    [InlineData(60, 0)]
    [InlineData(60, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    public void Compute_CanceledInOneOfTwoProcesses_EndsInBothAfterTheNextBatch(int count, int canceledRank)
    {
        using ImageStore images = SmallTraining.Images(count);
        var reads = new int[2];

        Exception[] exceptions = ThreadTransport.Fail(2, group =>
        {
            using ResidualNetwork network = SmallTraining.Network();
            using var agreement = new StopAgreement(new CancellationToken(canceled: group.Rank == canceledRank), default);
            var counted = new CountedDataset(images);
            try
            {
                FeatureCache.Compute(network, Loader(counted), 1_000_000, agreement.Cancellation, group: Together(group, agreement)).Dispose();
            }
            finally
            {
                reads[group.Rank] = counted.Reads;
            }
        });

        Assert.All(exceptions, exception => Assert.IsAssignableFrom<OperationCanceledException>(exception));
        Assert.All(reads, read => Assert.InRange(read, 0, 12));
    }

    [Fact]
    public void Compute_WithDamagedWeights_SaysSo()
    {
        using ImageStore images = SmallTraining.Images(9);
        using ResidualNetwork network = SmallTraining.Network();
        network.SetWeights(new([KeyValuePair.Create("bn1.weight", new WeightTensor([8], Enumerable.Repeat(float.NaN, 8).ToArray()))]));

        Assert.Contains("Start from other weights", Assert.Throws<InvalidOperationException>(
            () => FeatureCache.Compute(network, Loader(images), 0, default)).Message);
    }

    private static BatchLoader Loader(IImageDataset images) => new(images, SmallTraining.Normalization, 4, 2, Computation.OnCpu);

    private static TrainingGroup Together(ProcessGroup group, StopAgreement agreement) =>
        new(group, agreement, ExchangeSettings.Of(SmallTraining.Options(SmallTraining.FineTune)));
}
