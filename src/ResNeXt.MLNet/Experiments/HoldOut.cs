using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Fits on one set and evaluates on another.</summary>
internal sealed class HoldOut : IJudge
{
    private readonly ScoredColumns _columns;
    private readonly IDataView _training;
    private readonly IDataView _validation;

    /// <exception cref="InvalidOperationException">The sets have no key label, or keys that stand for other classes in one than in the other.</exception>
    public HoldOut(ScoredColumns columns, IDataView training, IDataView validation)
    {
        (_columns, _training, _validation) = (columns, training, validation);
        if (!columns.ClassesOf(training).SequenceEqual(columns.ClassesOf(validation), StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The keys in '{columns.Label}' stand for other classes in the validation set than in the training set. "
                + "Fit MapValueToKey on the training set, and transform both with it.");
        }
    }

    public (MulticlassClassificationMetrics Metrics, ITransformer Model) Judge(IEstimator<ITransformer> estimator, CancellationToken stop)
    {
        ITransformer model = estimator.Fit(_training);
        try
        {
            return (_columns.Evaluate(model.Transform(_validation)), model);
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }
}
