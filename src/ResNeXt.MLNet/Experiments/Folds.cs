using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Fits once per fold, on the other folds, and evaluates all rows together, each scored by the model that has not seen it.</summary>
internal sealed class Folds : IEvaluator
{
    private readonly MLServices _services;
    private readonly ScoredColumns _columns;
    private readonly ImageExperimentMetric _metric;
    private readonly IReadOnlyList<DataOperationsCatalog.TrainTestData> _folds;
    private readonly int _classes;

    /// <exception cref="InvalidOperationException">The rows have no key label, or a fold would have no labelled row.</exception>
    public Folds(MLServices services, ScoredColumns columns, ImageExperimentMetric metric, IDataView rows, int count, int seed)
    {
        (_services, _columns, _metric) = (services, columns, metric);
        _classes = columns.ClassesOf(rows, "The training set").Count;
        _folds = [.. services.Data.CrossValidationSplit(rows, count, seed: seed)];
        for (int fold = 0; fold < count; fold++)
            columns.CheckLabeled(_folds[fold].TestSet, $"Fold {fold + 1} of the {count} that numberOfFolds asks for", "Use fewer folds, or add rows.");
    }

    public (MulticlassClassificationMetrics Metrics, ITransformer Model) Judge(IEstimator<ITransformer> estimator, CancellationToken stop)
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
                    if (best is null || _metric.IsBetter(metrics, bestMetrics))
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
        IDataView converted = conversion.ConvertType(
            [new InputOutputColumnPair(_columns.Label), new InputOutputColumnPair(_columns.PredictedLabel)], DataKind.UInt32).Fit(scored).Transform(scored);
        return converted.GetColumn<uint>(_columns.Label)
            .Zip(converted.GetColumn<float[]>(_columns.Score), converted.GetColumn<uint>(_columns.PredictedLabel))
            .Select(row => new Row { Label = ToObject(row.First), Score = row.Second, PredictedLabel = ToObject(row.Third) });
    }

    // Keys count from 1 in a view and from 0 in an object to load; what is missing, 0, becomes the largest number, which no key reaches.
    private static uint ToObject(uint key) => unchecked(key - 1);

    private IDataView View(List<Row> rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        (schema[nameof(Row.Label)].ColumnName, schema[nameof(Row.Label)].ColumnType) = (_columns.Label, new KeyDataViewType(typeof(uint), _classes));
        (schema[nameof(Row.Score)].ColumnName, schema[nameof(Row.Score)].ColumnType) = (_columns.Score, new VectorDataViewType(NumberDataViewType.Single, _classes));
        (schema[nameof(Row.PredictedLabel)].ColumnName, schema[nameof(Row.PredictedLabel)].ColumnType) = (_columns.PredictedLabel, new KeyDataViewType(typeof(uint), _classes));
        return _services.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }
}
