namespace ResNeXt.MLNet.Schema;

/// <summary>The names of the columns that a classification trainer reads and writes.</summary>
/// <param name="Label">The key column with the classes.</param>
/// <param name="Feature">The column with the images.</param>
/// <param name="Score">The output column with one probability per class.</param>
/// <param name="PredictedLabel">The output column with the most probable class.</param>
internal sealed record TrainerColumns(string Label, string Feature, string Score, string PredictedLabel)
{
    /// <summary>One sentence per name that cannot be used.</summary>
    public IEnumerable<string> GetValidationErrors() =>
    [
        .. ColumnNames.GetEmptyNameErrors((ColumnNames.LabelOption, Label), (ColumnNames.FeatureOption, Feature),
            (ColumnNames.ScoreOption, Score), (ColumnNames.PredictedLabelOption, PredictedLabel)),
        .. ColumnNames.GetSameOutputErrors(Score, PredictedLabel),
    ];
}
