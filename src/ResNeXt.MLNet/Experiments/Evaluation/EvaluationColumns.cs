using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Experiments.Evaluation;

/// <summary>The columns that candidates are evaluated with.</summary>
/// <param name="Catalog">The catalog that evaluates.</param>
/// <param name="Label">The name of the label column.</param>
/// <param name="Score">The name of the column with the probabilities.</param>
/// <param name="PredictedLabel">The name of the column with the most probable class.</param>
/// <param name="TopK">The number of most probable classes for the top-k accuracy.</param>
internal sealed record EvaluationColumns(MulticlassClassificationCatalog Catalog, string Label, string Score, string PredictedLabel, int TopK)
{
    /// <summary>Checks the label of a set and gets its classes.</summary>
    /// <param name="data">The set.</param>
    /// <param name="set">The name of the set in messages.</param>
    /// <exception cref="InvalidOperationException">The label is missing or not a key, or no row has a label.</exception>
    public IReadOnlyList<string> ClassesOf(IDataView data, string set)
    {
        DataViewSchema.Column label = data.Schema.Find(Label, ColumnNames.LabelOption);
        if (label.Type is not KeyDataViewType)
            throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
        CheckLabeled(data, set, "Check its path and filters.");
        return LabelKeys.Of(label).Names;
    }

    /// <summary>Refuses a set without labeled rows: its metrics would mean nothing.</summary>
    /// <param name="data">The set; its label is a key.</param>
    /// <param name="set">The name of the set in messages.</param>
    /// <param name="advice">What to do about it, a sentence.</param>
    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    public void CheckLabeled(IDataView data, string set, string advice)
    {
        DataViewSchema.Column label = data.Schema[Label];
        using DataViewRowCursor cursor = data.GetRowCursor([label]);
        Func<ulong> getKey = KeyGetter.Of(cursor, label);
        long rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            if (getKey() > 0)
                return;
        }
        throw new InvalidOperationException($"{set} has {(rows == 0 ? "no rows" : $"{rows} rows, but none with a label")}. {advice}");
    }

    /// <summary>Evaluates scored rows.</summary>
    /// <param name="scored">The rows.</param>
    public MulticlassClassificationMetrics Evaluate(IDataView scored)
    {
        int classes = (int)((KeyDataViewType)scored.Schema[Label].Type).Count;
        return Catalog.Evaluate(scored, Label, Score, PredictedLabel, Math.Min(TopK, classes));
    }
}
