using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using ResNeXt.MLNet.Scoring.Guards;
using ResNeXt.MLNet.Scoring.Mappings;

namespace ResNeXt.MLNet.Scoring;

/// <summary>A chain of stock transformers around a network. Owns the ONNX sessions in it and their files.</summary>
/// <remarks>
/// A saved pipeline contains the chain alone. This class adds what works only in the process that made it: images of any size, and clear errors.
/// </remarks>
internal sealed class NetworkChain : IDisposable
{
    private readonly ITransformer _steps;
    private readonly OnnxFiles _files;
    private readonly string _inputColumn;
    private readonly string _owner;
    private volatile int _isDisposed;

    private NetworkChain(ITransformer steps, OnnxFiles files, string inputColumn, string owner) =>
        (_steps, _files, _inputColumn, _owner) = (steps, files, inputColumn, owner);

    /// <summary>Whether each output row depends on one input row only.</summary>
    public bool IsRowToRowMapper => _steps.IsRowToRowMapper;

    /// <summary>Builds a chain.</summary>
    /// <param name="services">The context.</param>
    /// <param name="input">How the feature column delivers pixels.</param>
    /// <param name="owner">The name of the type that the user disposes of, for messages.</param>
    /// <param name="steps">Makes the steps, which learn nothing from data; the argument takes the files that they need.</param>
    public static NetworkChain Build(MLServices services, FeatureInput input, string owner, Func<OnnxFiles, IEstimator<ITransformer>> steps)
    {
        var files = new OnnxFiles(services);
        try
        {
            return new(steps(files).Fit(PixelColumn.NoRows(services, input)), files, input.ColumnName, owner);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Gets the columns after the chain.</summary>
    /// <param name="inputSchema">The columns before the chain.</param>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Prepare(inputSchema);
        return _steps.GetOutputSchema(inputSchema);
    }

    /// <summary>Gets a view whose values are computed when rows are read.</summary>
    /// <param name="input">The rows to compute from.</param>
    public IDataView Transform(IDataView input)
    {
        Prepare(input.Schema);
        return new GuardedView(_steps.Transform(input), ThrowIfDisposed);
    }

    /// <summary>Gets a mapper that computes one row at a time, for prediction engines.</summary>
    /// <param name="inputSchema">The columns before the chain.</param>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Prepare(inputSchema);
        return new GuardedMapper(_steps.GetRowToRowMapper(inputSchema), ThrowIfDisposed);
    }

    /// <summary>Saves the chain.</summary>
    /// <param name="context">The context to save to.</param>
    public void Save(ModelSaveContext context)
    {
        ThrowIfDisposed();
        _steps.Save(context);
    }

    /// <summary>Refuses calls after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The chain was disposed of.</exception>
    public void ThrowIfDisposed()
    {
        if (_isDisposed != 0)
        {
            throw new ObjectDisposedException(_owner, $"The {_owner} was disposed of, and rows are computed when they are read. "
                + "Dispose of it after the last row has been read or saved, or load the model again.");
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        (_steps as IDisposable)?.Dispose();
        _files.Dispose();
    }

    private void Prepare(DataViewSchema inputSchema)
    {
        ThrowIfDisposed();
        if (inputSchema.GetColumnOrNull(_inputColumn) is { } column)
            ImageTypeRegistration.Add(column.Type);
    }
}
