using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Tests.Images.Augmentation;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Devices;

namespace ResNeXt.Core.Tests.Training;

public sealed class AugmentationPreviewTests
{
    private static readonly ImageShape Shape = new(3, 8, 8);

    [Fact]
    public void Draw_WithoutAugmentation_GivesThePixelsOfImagesSpreadOverTheSource()
    {
        using ImageStore store = Store(6);
        IReadOnlyList<float[]> pictures = new AugmentationPreview(store, store.MeasureNormalization(), AugmentationPolicy.None, seed: 1).Draw(3, 1);

        Assert.Equal(6, pictures.Count);
        for (int picture = 0; picture < 6; picture++)
            Pictures.AssertClose(Pictures.Noise(Shape, picture / 2 * 2), pictures[picture], 0.01f);
    }

    [Fact]
    public void Draw_WithEverything_IsDeterministicWithinTheRangeAndMovesOnWithTheEpoch()
    {
        using ImageStore store = Store(4);
        AugmentationPreview Preview(int seed) => new(store, store.MeasureNormalization(), AugmentationPolicy.Modern, seed);
        IReadOnlyList<float[]> pictures = Preview(1).Draw(4, 3);

        Assert.Equal(pictures, Preview(1).Draw(4, 3));
        Assert.NotEqual(pictures, Preview(2).Draw(4, 3));
        Assert.All(pictures.Chunk(4), row => Assert.All(row[2..], picture => Assert.NotEqual(row[1], picture)));
        Assert.All(pictures.SelectMany(picture => picture), value => Assert.InRange(value, 0, 255));
    }

    [Fact]
    public void Draw_WithSmallerCrops_EnlargesThemToTheSizeOfTheImages()
    {
        using var store = new ImageStore(Shape, 100_000);
        store.Add(Pictures.Constant(Shape, 60), 0);

        IReadOnlyList<float[]> pictures =
            new AugmentationPreview(store, new([100, 100, 100], [1, 1, 1]), AugmentationPolicy.ImageNet with { CropSize = 4 }, 1).Draw(1, 1);

        Assert.Equal(Shape.Length, pictures[1].Length);
        // Color jitter changes the value, but one color remains one color.
        Assert.All(pictures[1], value => Assert.Equal(pictures[1][0], value, 1e-3f));
    }

    [Fact]
    public void Draw_OfWholeSource_ShowsWhatTheLoaderGivesTheNetwork()
    {
        using ImageStore store = Store(5);
        PixelNormalization normalization = store.MeasureNormalization();
        IReadOnlyList<float[]> pictures = new AugmentationPreview(store, normalization, AugmentationPolicy.Light, seed: 3).Draw(5, 2);

        var loader = new BatchLoader(store, normalization, batchSize: 5, workers: 2, Computation.OnCpu);
        var random = new EpochRandom(3, 2);
        using Batch batch = loader.Epoch(new(AugmentationPolicy.Light, store, normalization, 1), random, false, 0).Single();
        int first = random.Shuffled(store)[0];
        float[] seen = batch.Images[0].contiguous().data<float>().ToArray();
        normalization.Undo(seen, Shape.PlaneLength);
        Pictures.AssertClose(seen, pictures[first * 3 + 2], 0.01f);
    }

    [Fact]
    public void Draw_WithMixup_ShowsBlendsOfNeighbours()
    {
        using var store = new ImageStore(Shape, 100_000);
        store.Add(Pictures.Constant(Shape, 50), 0);
        store.Add(Pictures.Constant(Shape, 150), 1);
        IReadOnlyList<float[]> pictures = new AugmentationPreview(store, new([100, 100, 100], [1, 1, 1]), new() { MixupAlpha = 10 }, 1).Draw(2, 4);

        Assert.Equal([50, 150], [pictures[0][0], pictures[5][0]]);
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            Assert.InRange(pictures[epoch][0], 50.1f, 149.9f);
            Assert.Equal(200, pictures[epoch][0] + pictures[5 + epoch][0], 0.01f);
        }
    }

    [Fact]
    public void Constructor_GivenSeveralMistakes_ListsThem()
    {
        using var store = new ImageStore(Shape, 1000);
        string message = Assert.Throws<ArgumentException>(
            () => new AugmentationPreview(store, new([1], [1]), new() { Hue = 1, MixupAlpha = -1 }, 1)).Message;

        Assert.All(["no image", "channels", "Hue", "MixupAlpha"], part => Assert.Contains(part, message));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 0)]
    public void Draw_NumbersOutOfRange_AreRefused(int images, int epochs)
    {
        using ImageStore store = Store(2);
        var preview = new AugmentationPreview(store, store.MeasureNormalization(), AugmentationPolicy.Light, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => preview.Draw(images, epochs));
    }

    private static ImageStore Store(int images)
    {
        var store = new ImageStore(Shape, 1_000_000);
        for (int image = 0; image < images; image++)
            store.Add(Pictures.Noise(Shape, image), 0);
        return store;
    }
}
