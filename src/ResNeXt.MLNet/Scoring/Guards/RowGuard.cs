using System.Runtime.ExceptionServices;
using Microsoft.ML;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring.Guards;

/// <summary>
/// Runs code that reads rows: refuses it after the model was disposed of, and rethrows what it throws without ML.NET's wrappers.
/// </summary>
/// <param name="throwIfDisposed">Throws if the model was disposed of.</param>
internal sealed class RowGuard(Action throwIfDisposed)
{
    /// <summary>Runs code that reads rows.</summary>
    /// <param name="read">The code.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public T Run<T>(Func<T> read)
    {
        throwIfDisposed();
        return RowErrors.Unwrapped(read);
    }

    /// <summary>Guards a getter.</summary>
    /// <param name="getter">The getter.</param>
    /// <returns>A getter for the same values.</returns>
    public ValueGetter<T> Wrap<T>(ValueGetter<T> getter) => (ref T value) =>
    {
        throwIfDisposed();
        try
        {
            getter(ref value);
        }
        catch (Exception exception) when (RowErrors.IsWrapper(exception))
        {
            ExceptionDispatchInfo.Throw(RowErrors.Cause(exception));
        }
    };
}
