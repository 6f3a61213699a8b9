namespace ResNeXt.MLNet.Reports.Rows;

/// <summary>The images to show in a report: few enough for one page.</summary>
internal sealed class PictureSelection
{
    private const int MostInList = 24, MostInSheet = 48, MostMistakesInCell = 12, MostHitsInCell = 4;

    private PictureSelection()
    {
    }

    /// <summary>The mistakes with the highest probabilities.</summary>
    public required IReadOnlyList<ScoredImage> CertainMistakes { get; init; }

    /// <summary>The right answers with the lowest probabilities.</summary>
    public required IReadOnlyList<ScoredImage> UncertainHits { get; init; }

    /// <summary>Some images of every class.</summary>
    public required IReadOnlyList<ScoredImage> Sheet { get; init; }

    /// <summary>Images of the cells of the confusion matrix: their own classes, and the predicted ones.</summary>
    public required IReadOnlyDictionary<(int Label, int Predicted), IReadOnlyList<ScoredImage>> Cells { get; init; }

    /// <summary>The rows of all images to show.</summary>
    public IReadOnlySet<int> Rows => CertainMistakes.Concat(UncertainHits).Concat(Sheet).Concat(Cells.Values.SelectMany(images => images))
        .Select(image => image.Row).ToHashSet();

    /// <summary>Selects images.</summary>
    /// <param name="images">All images.</param>
    /// <param name="maximum">The largest number of pictures.</param>
    public static PictureSelection Of(IReadOnlyList<ScoredImage> images, int maximum)
    {
        ScoredImage[] mistakes = [.. images.Where(image => !image.IsRight).OrderByDescending(image => image.Confidence)];
        ScoredImage[] hits = [.. images.Where(image => image.IsRight).OrderBy(image => image.Confidence)];
        ScoredImage[] certain = [.. mistakes.Take(Math.Min(MostInList, maximum / 8))];
        ScoredImage[] uncertain = [.. hits.Take(Math.Min(MostInList, maximum / 8))];
        IEnumerable<IEnumerable<ScoredImage>> classes = images.GroupBy(image => image.Label).OrderBy(group => group.Key).Select(Spread);
        ScoredImage[] sheet = [.. InTurns(classes).Take(Math.Min(MostInSheet, maximum / 4)).OrderBy(image => image.Label).ThenBy(image => image.Row)];
        // Every cell with mistakes has a picture before one has two.
        IEnumerable<ScoredImage> ofCells = InTurns(ByCell(mistakes, MostMistakesInCell)).Concat(InTurns(ByCell(hits, MostHitsInCell)));
        return new()
        {
            CertainMistakes = certain,
            UncertainHits = uncertain,
            Sheet = sheet,
            Cells = ofCells.Take(maximum - certain.Length - uncertain.Length - sheet.Length).GroupBy(image => (image.Label, image.Predicted))
                .ToDictionary(cell => cell.Key, cell => (IReadOnlyList<ScoredImage>)[.. cell]),
        };
    }

    private static IEnumerable<IEnumerable<ScoredImage>> ByCell(IEnumerable<ScoredImage> images, int most) =>
        images.GroupBy(image => (image.Label, image.Predicted)).OrderByDescending(cell => cell.Count()).Select(cell => cell.Take(most));

    // The first of every group, then the second of every group, and so on.
    private static IEnumerable<ScoredImage> InTurns(IEnumerable<IEnumerable<ScoredImage>> groups) =>
        groups.SelectMany(group => group.Index()).OrderBy(item => item.Index).Select(item => item.Item);

    // Images from all over a class: neighbors in a folder are often alike.
    private static IEnumerable<ScoredImage> Spread(IEnumerable<ScoredImage> images)
    {
        ScoredImage[] all = [.. images];
        int shown = Math.Min(all.Length, MostInSheet);
        return Enumerable.Range(0, shown).Select(index => all[(int)((long)index * all.Length / shown)]);
    }
}
