using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training.Distributed;

namespace ResNeXt.Core.Tests.Training.Distributed;

public sealed class SharedReadingTests
{
    // Rounds of some images, so that the last one is not full.
    private const int Images = 23, RoundBytes = 100;

    private const ulong FirstRow = 1;

    private static readonly ImageShape Shape = new(3, 2, 2);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Add_InSeveralProcesses_GivesAllTheImagesOfOneProcess(int size)
    {
        using ImageStore alone = ThreadTransport.Run(1, group => Read(group).Store)[0];

        (ImageStore Store, int Reads)[] together = ThreadTransport.Run(size, group => Read(group));

        foreach ((ImageStore store, _) in together)
        {
            Assert.Equal(Contents(alone), Contents(store));
            Assert.Equal(alone.Range, store.Range);
            Assert.Equal(alone.MeasureNormalization().Mean, store.MeasureNormalization().Mean);
            store.Dispose();
        }
        // All read the first image, and one of them reads it for all.
        Assert.Equal(Images + size - 1, together.Sum(read => read.Reads));
        Assert.InRange(together.Max(read => read.Reads), 1, Images / size + 2);
    }

    [Fact]
    public void Complete_WithoutImages_LeavesTheStoreEmpty() =>
        Assert.All(ThreadTransport.Run(2, group => Read(group, images: 0)), read => Assert.Equal(0, read.Store.Count));

    [Theory]
    [InlineData("another label")]
    [InlineData("one image less")]
    [InlineData("one image more")]
    [InlineData("another first image")]
    public void Complete_WithOtherImagesInOneProcess_NamesItInAll(string difference)
    {
        Exception[] exceptions = ThreadTransport.Fail(3, group =>
        {
            bool isOther = group.Rank == 1;
            int images = !isOther ? Images : Images + difference switch { "one image less" => -1, "one image more" => 1, _ => 0 };
            Read(group, images, label: index => isOther && index == 20 && difference == "another label" ? 5 : index % 2,
                pixel: index => isOther && index == 0 && difference == "another first image" ? 0.5f : index);
        });

        Assert.All(exceptions, exception =>
        {
            var failure = Assert.IsType<RankFailedException>(exception);
            Assert.Equal(1, failure.Rank);
            Assert.Contains("has other images or labels than rank 0", failure.Message);
        });
    }

    [Fact]
    public void Complete_CanceledInOneProcess_IsCanceledInAll()
    {
        Exception[] exceptions = ThreadTransport.Fail(3, group =>
        {
            using var cancellation = new CancellationTokenSource();
            Read(group, pixel: index =>
            {
                if (index == 10)
                    cancellation.Cancel();
                return index;
            }, cancellation: cancellation.Token);
        });

        Assert.All(exceptions, exception => Assert.IsAssignableFrom<OperationCanceledException>(exception));
    }

    [Fact]
    public void Add_WithAnImageThatCannotBeReadInOneProcess_EndsTheOthersWhenItIsReported()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group =>
        {
            try
            {
                Read(group, pixel: index => index == 4 ? throw new InvalidDataException("The image is damaged.") : index);
            }
            catch (InvalidDataException exception)
            {
                group.ReportFailure(exception.Message);
                throw;
            }
        });

        Assert.Contains("failed: The image is damaged.", Assert.IsType<RankFailedException>(exceptions[0]).Message);
        Assert.IsType<InvalidDataException>(exceptions[1]);
    }

    private static (ImageStore Store, int Reads) Read(
        ProcessGroup group, int images = Images, Func<int, int>? label = null, Func<int, float>? pixel = null, CancellationToken cancellation = default)
    {
        // Every fourth image has floats that are no bytes.
        pixel ??= index => index % 4 == 3 ? index + 0.25f : index;
        var store = new ImageStore(Shape, memoryLimit: 1 << 20);
        var reading = new SharedReading(store, group, cancellation, RoundBytes);
        int reads = 0;
        for (int i = 0; i < images; i++)
        {
            int index = i;
            reading.Add((ulong)index + FirstRow, label?.Invoke(index) ?? index % 2, () =>
            {
                reads++;
                return [.. Enumerable.Range(0, Shape.Length).Select(position => position == 1 ? pixel(index) : position)];
            });
        }
        reading.Complete();
        return (store, reads);
    }

    private static string[] Contents(ImageStore store) => [.. Enumerable.Range(0, store.Count).Select(index =>
    {
        var pixels = new float[Shape.Length];
        store.CopyTo(index, pixels);
        return $"{store.Label(index)}: {string.Join(' ', pixels)}";
    })];
}
