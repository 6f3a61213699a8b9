using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;

namespace ResNeXt.Core.Tests.Images.Augmentation;

public sealed class BatchMixerTests
{
    private const int Count = 5, Classes = 5;
    private static readonly ImageShape Shape = new(2, 6, 10);

    [Theory]
    [InlineData(0.2f, 0)]
    [InlineData(0, 1)]
    [InlineData(0.2f, 1)]
    public void Mix_OverManyBatches_BlendsLabelsAsMuchAsPixels(float mixupAlpha, float cutMixAlpha)
    {
        var mixer = new BatchMixer(new() { MixupAlpha = mixupAlpha, CutMixAlpha = cutMixAlpha }, Shape);
        int pasted = 0, blended = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            (float[] images, float[] targets) = Batch();
            mixer.Mix(images, targets, new Random(seed * 7919));
            for (int image = 0; image < Count; image++)
            {
                float[] pixels = images[(image * Shape.Length)..((image + 1) * Shape.Length)];
                float[] row = targets[(image * Classes)..((image + 1) * Classes)];
                int before = (image + Count - 1) % Count;
                Assert.Equal(1, row.Sum(), 1e-5f);
                Assert.Equal(1, row[image] + row[before], 1e-5f);
                // Every image is its class everywhere, so the mean of its pixels tells the parts.
                Assert.Equal(row[image] * Level(image) + row[before] * Level(before), pixels.Average(), 1e-3f);
                Assert.Equal(pixels[..Shape.PlaneLength], pixels[Shape.PlaneLength..]);
                bool isPasted = pixels.All(value => value == Level(image) || value == Level(before));
                _ = isPasted ? pasted++ : blended++;
            }
        }

        // With an alpha of 0.2, a blend of almost nothing is common and rounds to a pasted whole.
        Assert.True(cutMixAlpha > 0 || pasted < 600);
        Assert.True(mixupAlpha > 0 || blended == 0);
        Assert.True(mixupAlpha == 0 || blended > (cutMixAlpha > 0 ? 900 : 1900));
    }

    [Fact]
    public void Mix_WithCutMix_PastesOneRectangleForAllImages()
    {
        var mixer = new BatchMixer(new() { CutMixAlpha = 1 }, Shape);
        for (int seed = 0; seed < 200; seed++)
        {
            (float[] images, float[] targets) = Batch();
            mixer.Mix(images, targets, new Random(seed * 7919));
            int[][] places = [.. Enumerable.Range(0, Count).Select(image => Enumerable.Range(0, Shape.PlaneLength)
                .Where(place => images[image * Shape.Length + place] != Level(image)).ToArray())];
            Assert.All(places, other => Assert.Equal(places[0], other));
            if (places[0].Length > 0)
                Assert.Equal(places[0].Length, Span(places[0].Select(place => place / 10)) * Span(places[0].Select(place => place % 10)));
        }
    }

    [Fact]
    public void Mix_WithCutMix_LeavesTheOwnPartThatThePaperExpects()
    {
        // Of a part drawn evenly, edges cut some off what is pasted; worked out by the paper's own loop on a fine image.
        var shape = new ImageShape(1, 64, 64);
        var mixer = new BatchMixer(new() { CutMixAlpha = 1 }, shape);
        var random = new Random(2);
        float[] images = new float[2 * shape.Length];
        double own = Enumerable.Range(0, 3000).Average(_ =>
        {
            float[] targets = [1, 0, 0, 1];
            mixer.Mix(images, targets, random);
            return targets[0];
        });

        // A side s of the unit square, its middle anywhere, shows s - s^2 / 4 of itself; with s^2 even in 0..1, the own part is
        // 1 - E[(s - s^2/4)^2] = 1 - (1/2 - 1/5 + 1/48).
        Assert.Equal(1 - (0.5 - 0.2 + 1.0 / 48), own, 0.02);
    }

    [Fact]
    public void Mix_OfASingleImage_LeavesIt()
    {
        float[] images = Pictures.Noise(Shape), copy = [.. images], targets = [0, 1, 0];
        new BatchMixer(new() { MixupAlpha = 1, CutMixAlpha = 1 }, Shape).Mix(images, targets, new Random(3));

        Pictures.AssertClose(copy, images, 1e-3f);
        Pictures.AssertClose([0, 1, 0], targets, 1e-6f);
    }

    [Fact]
    public void Mix_TwiceWithTheSameRandom_GivesTheSame()
    {
        var mixer = new BatchMixer(AugmentationPolicy.Modern, Shape);
        for (int seed = 0; seed < 20; seed++)
        {
            (float[] images, float[] targets) = Batch();
            (float[] again, float[] targetsAgain) = Batch();
            mixer.Mix(images, targets, new Random(seed));
            mixer.Mix(again, targetsAgain, new Random(seed));
            Assert.Equal(images, again);
            Assert.Equal(targets, targetsAgain);
        }
    }

    private static (float[] Images, float[] Targets) Batch() =>
        ([.. Enumerable.Range(0, Count).SelectMany(image => Pictures.Constant(Shape, Level(image)))],
            [.. Enumerable.Range(0, Count * Classes).Select(i => i / Classes == i % Classes ? 1f : 0f)]);

    private static float Level(int image) => (image + 1) * (image + 1);

    private static int Span(IEnumerable<int> places) => places.Max() - places.Min() + 1;
}
