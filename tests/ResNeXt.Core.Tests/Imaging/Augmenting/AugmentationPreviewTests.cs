using ResNeXt.Core.Imaging;
using ResNeXt.Core.Imaging.Augmenting;

namespace ResNeXt.Core.Tests.Imaging.Augmenting;

public sealed class AugmentationPreviewTests
{
    private static readonly ImageShape Shape = new(3, 8, 8);

    [Fact]
    public void Draw_WithoutAugmentation_GivesThePixelsOfImagesSpreadOverTheSource()
    {
        using ImageStore store = Store(6);
        IReadOnlyList<float[]> pictures = new AugmentationPreview(store, store.MeasureNormalization(), AugmentationPolicy.None, seed: 1).Draw(3, 2);

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
        Assert.Equal(pictures[1], Preview(1).Draw(4, 1, epoch: 2)[0]);
        Assert.All(pictures.SelectMany(picture => picture), value => Assert.InRange(value, 0, 255));
    }

    [Fact]
    public void Draw_WithMixup_ShowsBlendsOfNeighbours()
    {
        using var store = new ImageStore(Shape, 100_000);
        store.Add(Pictures.Constant(Shape, 50), 0);
        store.Add(Pictures.Constant(Shape, 150), 1);
        IReadOnlyList<float[]> pictures = new AugmentationPreview(store, new([100, 100, 100], [1, 1, 1]), new() { MixupAlpha = 10 }, 1).Draw(2, 4);

        for (int draw = 0; draw < 4; draw++)
        {
            Assert.InRange(pictures[draw][0], 50.1f, 149.9f);
            Assert.Equal(200, pictures[draw][0] + pictures[4 + draw][0], 0.01f);
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
    [InlineData(0, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Draw_NumbersOutOfRange_AreRefused(int images, int draws, int epoch)
    {
        using ImageStore store = Store(2);
        var preview = new AugmentationPreview(store, store.MeasureNormalization(), AugmentationPolicy.Light, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => preview.Draw(images, draws, epoch));
    }

    private static ImageStore Store(int images)
    {
        var store = new ImageStore(Shape, 1_000_000);
        for (int image = 0; image < images; image++)
            store.Add(Pictures.Noise(Shape, image), 0);
        return store;
    }
}
