using Microsoft.ML;
using Microsoft.ML.Data;

namespace ResNeXt.MLNet.Experiments.Evaluation;

/// <summary>Fits candidates on a training set, and evaluates them on a validation set.</summary>
internal sealed class HoldOutEvaluator : IEvaluator
{
    private readonly EvaluationColumns _columns;
    private readonly IDataView _training;
    private readonly IDataView _validation;

    /// <summary>Checks both sets.</summary>
    /// <param name="columns">The columns to evaluate with.</param>
    /// <param name="training">The rows to fit on.</param>
    /// <param name="validation">The rows to evaluate on.</param>
    /// <exception cref="InvalidOperationException">
    /// A set has no key label or no labeled row, or the keys of the sets are of different classes.
    /// </exception>
    public HoldOutEvaluator(EvaluationColumns columns, IDataView training, IDataView validation)
    {
        (_columns, _training, _validation) = (columns, training, validation);
        IReadOnlyList<string> classes = columns.ClassesOf(training, "The training set");
        if (!classes.SequenceEqual(columns.ClassesOf(validation, "The validation set, by which candidates are ranked,"), StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The keys in '{columns.Label}' are of other classes in the validation set than in the training set. "
                + "Fit MapValueToKey on the training set, and transform both with it.");
        }
    }

    public (MulticlassClassificationMetrics Metrics, ITransformer Model) Evaluate(IEstimator<ITransformer> estimator, CancellationToken stop)
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
