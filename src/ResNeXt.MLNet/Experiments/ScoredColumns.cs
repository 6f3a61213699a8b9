using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Experiments;

/// <summary>The columns that an experiment evaluates by.</summary>
internal sealed record ScoredColumns(MulticlassClassificationCatalog Catalog, string Label, string Score, string PredictedLabel, int TopK)
{
    public static ScoredColumns Of(MulticlassClassificationCatalog catalog, ImageExperimentSettings settings) => new(
        catalog, settings.Trainer.LabelColumnName, settings.Trainer.ScoreColumnName, settings.Trainer.PredictedLabelColumnName, settings.TopKPredictionCount);

    /// <summary>The classes of a set.</summary>
    /// <exception cref="InvalidOperationException">It has no label column, or one that is no key.</exception>
    public IReadOnlyList<string> ClassesOf(IDataView data)
    {
        DataViewSchema.Column label = data.Schema.Find(Label, nameof(ResNeXtTrainer.Options.LabelColumnName));
        return label.Type is KeyDataViewType ? LabelKeys.Of(label).Names : throw ColumnSearch.NotAKey(label.Name, $"{label.Type}");
    }

    public MulticlassClassificationMetrics Evaluate(IDataView scored)
    {
        int classes = (int)((KeyDataViewType)scored.Schema[Label].Type).Count;
        return Catalog.Evaluate(scored, Label, Score, PredictedLabel, Math.Min(TopK, classes));
    }
}
