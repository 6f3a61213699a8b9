using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core.Probabilities;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Reports.Rows;

/// <summary>The rows that a classifier scored.</summary>
/// <param name="ClassNames">The names of the classes, in the order of the scores.</param>
/// <param name="Images">The images.</param>
/// <param name="Probabilities">How far their probabilities can be relied on.</param>
internal sealed record ScoredRows(IReadOnlyList<string> ClassNames, IReadOnlyList<ScoredImage> Images, ProbabilityMetrics Probabilities)
{
    /// <summary>Reads the rows once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labelColumn">The key column with the classes.</param>
    /// <param name="scoreColumn">The column with a probability per class.</param>
    /// <param name="nameColumn">The text column with names; without it, images are named by the number of their row.</param>
    /// <exception cref="InvalidOperationException">A column is missing or unsuitable, or there is no row.</exception>
    /// <exception cref="InvalidDataException">A row has no class, or a score that is not finite.</exception>
    public static ScoredRows Read(IDataView rows, string labelColumn, string scoreColumn, string nameColumn)
    {
        DataViewSchema.Column label = rows.Schema.Find(labelColumn, "LabelColumnName");
        DataViewSchema.Column score = rows.Schema.Find(scoreColumn, "ScoreColumnName");
        IReadOnlyList<string> classNames = ReadClassNames(label, score);
        var images = new List<ScoredImage>();
        ProbabilityMetrics probabilities = RowErrors.Unwrapped(() => ProbabilityMetrics.Measure(
            Scan(rows, label, score, rows.Schema.GetColumnOrNull(nameColumn)).Select(row =>
            {
                images.Add(row.Image);
                return ((IReadOnlyList<float>)row.Scores, row.Image.Label);
            })));
        if (images.Count == 0)
            throw new InvalidOperationException("There are no rows to report on; give at least one scored image.");
        return new(classNames, WithoutCommonFolder(images), probabilities);
    }

    private static IReadOnlyList<string> ReadClassNames(DataViewSchema.Column label, DataViewSchema.Column score)
    {
        if (label.Type is not KeyDataViewType)
            throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
        if (score.Type is not VectorDataViewType { Size: > 0 } vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw new InvalidOperationException($"The score column '{score.Name}' has the type {score.Type}; a report needs a vector of floats, "
                + "one probability per class. Score the rows with a classifier, or name another column.");
        }
        IReadOnlyList<string> names = LabelKeys.Of(label).Names;
        VBuffer<ReadOnlyMemory<char>> slots = default;
        if (score.HasSlotNames())
            score.GetSlotNames(ref slots);
        string[] scored = [.. slots.DenseValues().Select(name => $"{name}")];
        bool hasOtherClasses = scored.Length > 0 && !scored.SequenceEqual(names);
        return names.Count == vector.Size && !hasOtherClasses ? names : throw new InvalidOperationException(
            $"The label column '{label.Name}' has {names.Count} classes ({ColumnSearch.Some([.. names])}), the score column '{score.Name}' "
            + $"{vector.Size} scores{(scored.Length == 0 ? "" : $" ({ColumnSearch.Some(scored)})")}; both must have the same classes in the same "
            + "order. Map the label to keys with the classes of the model.");
    }

    private static IEnumerable<(ScoredImage Image, float[] Scores)> Scan(
        IDataView rows, DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column? name)
    {
        name = name?.Type is TextDataViewType ? name : null;
        using DataViewRowCursor cursor = rows.GetRowCursor(name is { } column ? [label, score, column] : [label, score]);
        Func<ulong> readLabel = KeyGetter.Of(cursor, label);
        ValueGetter<VBuffer<float>> readScores = cursor.GetGetter<VBuffer<float>>(score);
        ValueGetter<ReadOnlyMemory<char>>? readName = name is { } named ? cursor.GetGetter<ReadOnlyMemory<char>>(named) : null;
        VBuffer<float> buffer = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            ReadOnlyMemory<char> text = default;
            readName?.Invoke(ref text);
            string shown = text.IsEmpty ? $"row {row}" : $"{text}";
            ulong key = readLabel();
            if (key == 0)
                throw new InvalidDataException($"'{shown}' has no class that the model knows; remove the row, or give it a label.");
            readScores(ref buffer);
            float[] scores = [.. buffer.DenseValues()];
            if (!Array.TrueForAll(scores, float.IsFinite))
                throw new InvalidDataException($"The scores of '{shown}' are not finite. Train or download the model again.");
            yield return (ToImage(row, shown, (int)key - 1, scores), scores);
        }
    }

    // The sort is stable: of classes with the same score the earlier one comes first.
    private static ScoredImage ToImage(int row, string name, int label, float[] scores) => new(
        row, name, label, scores[label], scores.Count(score => score > scores[label]),
        [.. scores.Index().OrderByDescending(item => item.Item).Take(ScoredImage.TopCount)]);

    // Folders of this machine are nobody's business, and names are easier to read without them.
    private static IReadOnlyList<ScoredImage> WithoutCommonFolder(List<ScoredImage> images)
    {
        string common = images[0].Name;
        foreach (ScoredImage image in images)
            common = common[..common.AsSpan().CommonPrefixLength(image.Name)];
        int length = common.LastIndexOfAny(['/', '\\']) + 1;
        return length == 0 ? images : [.. images.Select(image => image with { Name = image.Name[length..] })];
    }
}
