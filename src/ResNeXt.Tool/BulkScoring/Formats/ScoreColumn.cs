namespace ResNeXt.Tool.BulkScoring.Formats;

/// <summary>A column of a format that has no lists: text or a number, empty where a row has none.</summary>
internal sealed record ScoreColumn
{
    private ScoreColumn(string name, Func<ScoredImage, string?>? text, Func<ScoredImage, float?>? number) => (Name, Text, Number) = (name, text, number);

    public string Name { get; }

    /// <summary>Gets the text of a row; null for a column of numbers.</summary>
    public Func<ScoredImage, string?>? Text { get; }

    /// <summary>Gets the number of a row; null for a column of text.</summary>
    public Func<ScoredImage, float?>? Number { get; }

    /// <summary>
    /// The columns with the most probable classes: <c>path</c>, <c>label</c>, <c>score</c>, then <c>label_2</c>, <c>score_2</c> and so on, at last
    /// <c>error</c>.
    /// </summary>
    public static IReadOnlyList<ScoreColumn> OfTop(int count) => Between([.. Enumerable.Range(2, Math.Max(0, count - 1)).SelectMany(rank => (ScoreColumn[])
    [
        OfText($"label_{rank}", row => row.Top?[rank - 1].Label), OfNumber($"score_{rank}", row => row.Top?[rank - 1].Score),
    ])]);

    /// <summary>The columns with the scores of all classes: <c>path</c>, <c>label</c>, <c>score</c>, then <c>score_CLASS</c> for each, at last <c>error</c>.</summary>
    public static IReadOnlyList<ScoreColumn> OfAll(IReadOnlyList<string> classNames) =>
        Between([.. classNames.Select(name => OfNumber($"score_{name}", row => row.Scores?[name]))]);

    private static ScoreColumn[] Between(ScoreColumn[] classes) =>
        [OfText("path", row => row.Path), OfText("label", row => row.Label), OfNumber("score", row => row.Score), .. classes, OfText("error", row => row.Error)];

    private static ScoreColumn OfText(string name, Func<ScoredImage, string?> text) => new(name, text, null);

    private static ScoreColumn OfNumber(string name, Func<ScoredImage, float?> number) => new(name, null, number);
}
