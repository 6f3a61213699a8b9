using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The columns that an experiment evaluates by.</summary>
internal sealed record ScoredColumns(MulticlassClassificationCatalog Catalog, string Label, string Score, string PredictedLabel, int TopK)
{
    public static ScoredColumns Of(MulticlassClassificationCatalog catalog, ImageExperimentOptions settings) => new(
        catalog, settings.Trainer.LabelColumnName, settings.Trainer.ScoreColumnName, settings.Trainer.PredictedLabelColumnName, settings.TopKPredictionCount);

    /// <summary>The classes of a set.</summary>
    /// <param name="data">The set.</param>
    /// <param name="set">What messages call it.</param>
    /// <exception cref="InvalidOperationException">It has no label column, one that is not a key, or no row with a label.</exception>
    public IReadOnlyList<string> ClassesOf(IDataView data, string set)
    {
        DataViewSchema.Column label = data.Schema.Find(Label, nameof(ResNeXtTrainer.Options.LabelColumnName));
        if (label.Type is not KeyDataViewType)
            throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
        CheckLabeled(data, set, "Check its path and filters.");
        return LabelKeys.Of(label).Names;
    }

    /// <summary>Refuses a set without labelled rows: its metrics would mean nothing, and any candidate would be the best.</summary>
    /// <param name="data">The set; its label is a key.</param>
    /// <param name="set">What messages call it.</param>
    /// <param name="remedy">What to do about it, a sentence.</param>
    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    public void CheckLabeled(IDataView data, string set, string remedy)
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
        throw new InvalidOperationException($"{set} has {(rows == 0 ? "no rows" : $"{rows} rows, but none with a label")}. {remedy}");
    }

    public MulticlassClassificationMetrics Evaluate(IDataView scored)
    {
        int classes = (int)((KeyDataViewType)scored.Schema[Label].Type).Count;
        return Catalog.Evaluate(scored, Label, Score, PredictedLabel, Math.Min(TopK, classes));
    }
}
