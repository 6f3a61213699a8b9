namespace ResNeXt.MLNet.Schema;

/// <summary>The options that name columns, as messages call them, and the rules for their values.</summary>
internal static class ColumnNames
{
    public const string LabelOption = "LabelColumnName";
    public const string FeatureOption = "FeatureColumnName";
    public const string ScoreOption = "ScoreColumnName";
    public const string PredictedLabelOption = "PredictedLabelColumnName";
    public const string InputOption = "inputColumnName";
    public const string OutputOption = "outputColumnName";

    /// <summary>One sentence per column that has no name.</summary>
    /// <param name="columns">The options with their values.</param>
    public static IEnumerable<string> GetEmptyNameErrors(params (string Option, string? Name)[] columns) =>
        columns.Where(column => string.IsNullOrWhiteSpace(column.Name)).Select(column => $"{column.Option} is empty; name a column.");

    /// <summary>A sentence if both output columns have the same name.</summary>
    /// <param name="score">The name of the score column.</param>
    /// <param name="predictedLabel">The name of the predicted-label column.</param>
    public static IEnumerable<string> GetSameOutputErrors(string? score, string? predictedLabel) =>
        score == predictedLabel ? [$"{ScoreOption} and {PredictedLabelOption} are both '{score}'; they must differ."] : [];
}
