using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Scoring;

/// <summary>A chain of stock transformers around a network; owns the ONNX sessions in it and their files.</summary>
/// <remarks>A saved pipeline holds the chain alone. What this adds works in the process that made it: any size of images, and clear errors.</remarks>
internal sealed class NetworkChain : IDisposable
{
    private readonly ITransformer _steps;
    private readonly OnnxFiles _files;
    private readonly string _inputColumn;
    private readonly string _owner;
    private volatile bool _isDisposed;

    private NetworkChain(ITransformer steps, OnnxFiles files, string inputColumn, string owner) =>
        (_steps, _files, _inputColumn, _owner) = (steps, files, inputColumn, owner);

    /// <summary>Whether every row is computed by itself.</summary>
    public bool IsRowToRowMapper => _steps.IsRowToRowMapper;

    /// <summary>Builds a chain.</summary>
    /// <param name="services">The context.</param>
    /// <param name="input">What the network computes its values of.</param>
    /// <param name="owner">The type that a user disposes of, for error messages.</param>
    /// <param name="steps">Makes the steps, which learn nothing from data, with the files that they need.</param>
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

    /// <summary>The columns after the chain.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Prepare(inputSchema);
        return _steps.GetOutputSchema(inputSchema);
    }

    /// <summary>Computes rows as they are read.</summary>
    public IDataView Transform(IDataView input)
    {
        Prepare(input.Schema);
        return new GuardedView(_steps.Transform(input), this);
    }

    /// <summary>Computes one row at a time, for prediction engines.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Prepare(inputSchema);
        return new GuardedMapper(_steps.GetRowToRowMapper(inputSchema), this);
    }

    /// <summary>Saves the chain.</summary>
    public void Save(ModelSaveContext context)
    {
        ThrowIfDisposed();
        _steps.Save(context);
    }

    /// <summary>Refuses what needs the sessions when they are gone.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public void ThrowIfDisposed()
    {
        if (_isDisposed)
        {
            throw new ObjectDisposedException(_owner, $"The {_owner} was disposed of, and rows are computed when they are read. "
                + "Dispose of it after the last row has been read or saved, or load the model again.");
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
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
