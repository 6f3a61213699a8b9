using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images;

public sealed class ImageSubsetTests
{
    [Fact]
    public void Split_OfUnequalClasses_TakesTheFractionOfEachAndLosesNothing()
    {
        using var store = new ImageStore(new ImageShape(1, 1, 1), 1000);
        for (int index = 0; index < 61; index++)
            store.Add([index], index < 40 ? 0 : index < 60 ? 1 : 2);

        (ImageDatasetSubset remaining, ImageDatasetSubset aside) = ImageDatasetSubset.Split(store, 0.25, seed: 3);

        Assert.Equal([10, 5, 0], Counts(aside));
        Assert.Equal([30, 15, 1], Counts(remaining));
        Assert.Equal(Enumerable.Range(0, 61).Select(value => (float)value), Values(remaining).Concat(Values(aside)).Order());
        Assert.Equal(Values(aside), Values(ImageDatasetSubset.Split(store, 0.25, seed: 3).Aside));
        Assert.NotEqual(Values(aside), Values(ImageDatasetSubset.Split(store, 0.25, seed: 4).Aside));
    }

    private static int[] Counts(ImageDatasetSubset subset) =>
        [.. Enumerable.Range(0, 3).Select(label => Enumerable.Range(0, subset.Count).Count(index => subset.Label(index) == label))];

    private static float[] Values(ImageDatasetSubset subset) => [.. Enumerable.Range(0, subset.Count).Select(index =>
    {
        var value = new float[1];
        subset.CopyTo(index, value);
        return value[0];
    })];
}
