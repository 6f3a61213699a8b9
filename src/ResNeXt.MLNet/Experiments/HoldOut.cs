using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Fits on one set and evaluates on another.</summary>
internal sealed class HoldOut : IEvaluator
{
    private readonly ScoredColumns _columns;
    private readonly IDataView _training;
    private readonly IDataView _validation;

    /// <exception cref="InvalidOperationException">A set has no key label or no labelled row, or its keys are of other classes than the other's.</exception>
    public HoldOut(ScoredColumns columns, IDataView training, IDataView validation)
    {
        (_columns, _training, _validation) = (columns, training, validation);
        IReadOnlyList<string> classes = columns.ClassesOf(training, "The training set");
        if (!classes.SequenceEqual(columns.ClassesOf(validation, "The validation set, by which candidates are ranked,"), StringComparer.Ordinal))
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
