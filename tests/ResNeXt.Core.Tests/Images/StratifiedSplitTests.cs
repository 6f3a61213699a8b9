using ResNeXt.Core.Images;

namespace ResNeXt.Core.Tests.Images;

public sealed class StratifiedSplitTests
{
    private static readonly string[] Labels = [.. Enumerable.Repeat("b", 10), .. Enumerable.Repeat("a", 5), "alone", "c", "c"];

    [Fact]
    public void Of_ClassesOfManySizes_SetsThePartOfEachAsideButNeverAll()
    {
        (int[] remaining, int[] aside) = StratifiedSplit.Of(Labels, fraction: 0.2, seed: 1, StringComparer.Ordinal);

        Assert.Equal(["b", "b", "a", "c"], aside.Select(index => Labels[index]));
        Assert.Equal(Enumerable.Range(0, Labels.Length), remaining.Concat(aside).Order());
        Assert.Equal(remaining.Order(), remaining);
        Assert.Equal(aside.Order(), aside);
    }

    [Fact]
    public void Of_OneSeed_DrawsTheSameRows()
    {
        int[] Aside(int seed) => StratifiedSplit.Of(Labels, 0.5, seed, StringComparer.Ordinal).Aside;

        Assert.Equal(Aside(1), Aside(1));
        Assert.NotEqual(Aside(1), Aside(2));
    }

    [Fact]
    public void Of_TextsWithoutAnOrder_DrawsTheSameInEveryLanguage()
    {
        string[] labels = [.. Enumerable.Repeat("a", 7), .. Enumerable.Repeat("B", 12), .. Enumerable.Repeat("aa", 9)];

        Assert.Equal(StratifiedSplit.Of(labels, 0.5, seed: 1, StringComparer.Ordinal).Aside, StratifiedSplit.Of(labels, 0.5, seed: 1).Aside);
    }

    [Theory]
    [InlineData("there are no images")]
    [InlineData("there is only one image.", "a")]
    [InlineData("there is only one image of each of the 3 classes", "a", "b", "c")]
    public void Of_RowsOfWhichNoneCanBeSetAside_SaysWhatWasGiven(string found, params string[] labels)
    {
        string message = Assert.Throws<InvalidOperationException>(() => StratifiedSplit.Of(labels, 0.2f, seed: 1, option: "--part")).Message;

        Assert.StartsWith($"--part is 0.2, but {found}", message, StringComparison.Ordinal);
        Assert.Contains("Add images", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Of_FractionOutOfRange_IsRefused(double fraction) =>
        Assert.Contains("above 0 and below 1", Assert.Throws<ArgumentException>(() => StratifiedSplit.Of(Labels, fraction, seed: 1)).Message);
}
