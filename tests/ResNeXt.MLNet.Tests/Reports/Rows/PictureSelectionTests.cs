using ResNeXt.MLNet.Reports.Rows;

namespace ResNeXt.MLNet.Tests.Reports.Rows;

public sealed class PictureSelectionTests
{
    private const int Classes = 50;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(500)]
    public void Of_ManyImages_StaysWithinTheMaximum(int maximum)
    {
        PictureSelection selection = PictureSelection.Of(Images(10_000), maximum);

        int shown = selection.CertainMistakes.Count + selection.UncertainHits.Count + selection.Sheet.Count
            + selection.Cells.Values.Sum(cell => cell.Count);
        Assert.True(shown <= maximum, $"{shown}");
        Assert.True(shown >= maximum / 2, $"{shown}");
    }

    [Fact]
    public void Of_ManyImages_ShowsMistakesOfEveryCellBeforeTheSecondOfAny()
    {
        PictureSelection selection = PictureSelection.Of(Images(400), 500);

        Assert.Equal(Images(400).Where(image => !image.IsRight).Select(image => (image.Label, image.Predicted)).Distinct().Count(),
            selection.Cells.Keys.Count(cell => cell.Label != cell.Predicted));
        Assert.All(selection.Cells, cell => Assert.All(cell.Value, image => Assert.Equal(cell.Key, (image.Label, image.Predicted))));
        Assert.Equal(48, selection.Sheet.Select(image => image.Label).Distinct().Count());
    }

    private static ScoredImage[] Images(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            int label = row % Classes, predicted = random.Next(3) == 0 ? random.Next(Classes) : label;
            return new ScoredImage(row, $"{row}", label, 0.5f, 0, [(predicted, random.NextSingle())]);
        })];
    }
}
