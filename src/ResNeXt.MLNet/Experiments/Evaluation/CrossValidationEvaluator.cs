using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments.Evaluation;

/// <summary>
/// Fits candidates once per fold, on the other folds. The metrics are over all rows together, each scored by the model that was not fitted on it.
/// </summary>
internal sealed class CrossValidationEvaluator : IEvaluator
{
    private readonly MLServices _services;
    private readonly EvaluationColumns _columns;
    private readonly IComparer<MulticlassClassificationMetrics?> _comparer;
    private readonly IReadOnlyList<DataOperationsCatalog.TrainTestData> _folds;
    private readonly int _classes;

    /// <summary>Splits the rows, and checks the folds.</summary>
    /// <param name="services">The context.</param>
    /// <param name="columns">The columns to evaluate with.</param>
    /// <param name="comparer">The order of metrics, better ones last; it chooses the model to return.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">The number of folds.</param>
    /// <param name="seed">The seed that the rows are split with.</param>
    /// <exception cref="InvalidOperationException">The rows have no key label, or a fold would have no labeled row.</exception>
    public CrossValidationEvaluator(
        MLServices services, EvaluationColumns columns, IComparer<MulticlassClassificationMetrics?> comparer, IDataView rows, int count, int seed)
    {
        (_services, _columns, _comparer) = (services, columns, comparer);
        _classes = columns.ClassesOf(rows, "The training set").Count;
        _folds = [.. services.Data.CrossValidationSplit(rows, count, seed: seed)];
        for (int fold = 0; fold < count; fold++)
        {
            columns.CheckLabeled(
                _folds[fold].TestSet, $"Fold {fold + 1} of the {count} that numberOfFolds asks for", "Use fewer folds, or add rows.");
        }
    }

    public (MulticlassClassificationMetrics Metrics, ITransformer Model) Evaluate(IEstimator<ITransformer> estimator, CancellationToken stop)
    {
        var rows = new List<Row>();
        ITransformer? best = null;
        MulticlassClassificationMetrics? bestMetrics = null;
        try
        {
            foreach (DataOperationsCatalog.TrainTestData fold in _folds)
            {
                stop.ThrowIfCancellationRequested();
                ITransformer model = estimator.Fit(fold.TrainSet), other = model;
                try
                {
                    IDataView scored = model.Transform(fold.TestSet);
                    rows.AddRange(Read(scored));
                    MulticlassClassificationMetrics metrics = _columns.Evaluate(scored);
                    if (best is null || _comparer.Compare(metrics, bestMetrics) > 0)
                        (best, other, bestMetrics) = (model, best, metrics);
                }
                finally
                {
                    (other as IDisposable)?.Dispose();
                }
            }
            return (_columns.Evaluate(View(rows)), best!);
        }
        catch
        {
            (best as IDisposable)?.Dispose();
            throw;
        }
    }

    private IEnumerable<Row> Read(IDataView scored)
    {
        TransformsCatalog.ConversionTransforms conversion = _services.Transforms.Conversion;
        // Keys may have 8 to 64 bits.
        InputOutputColumnPair[] keys = [new(_columns.Label), new(_columns.PredictedLabel)];
        IDataView converted = conversion.ConvertType(keys, DataKind.UInt32).Fit(scored).Transform(scored);
        return converted.GetColumn<uint>(_columns.Label)
            .Zip(converted.GetColumn<float[]>(_columns.Score), converted.GetColumn<uint>(_columns.PredictedLabel))
            .Select(row => new Row { Label = ToObject(row.First), Score = row.Second, PredictedLabel = ToObject(row.Third) });
    }

    // Keys count from 1 in a view, and from 0 in the objects that a view is loaded from. A missing key, 0 in the view, becomes the largest number,
    // which is no valid key.
    private static uint ToObject(uint key) => unchecked(key - 1);

    private IDataView View(List<Row> rows)
    {
        var key = new KeyDataViewType(typeof(uint), _classes);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        Define(nameof(Row.Label), _columns.Label, key);
        Define(nameof(Row.Score), _columns.Score, new VectorDataViewType(NumberDataViewType.Single, _classes));
        Define(nameof(Row.PredictedLabel), _columns.PredictedLabel, key);
        return _services.Data.LoadFromEnumerable(rows, schema);

        void Define(string property, string name, DataViewType type) => (schema[property].ColumnName, schema[property].ColumnType) = (name, type);
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }
}
