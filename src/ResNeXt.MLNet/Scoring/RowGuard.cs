using System.Runtime.ExceptionServices;
using Microsoft.ML;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Runs what reads the rows of a chain.</summary>
internal sealed class RowGuard(NetworkChain chain)
{
    /// <summary>Runs it once.</summary>
    /// <exception cref="ObjectDisposedException">The chain was disposed of.</exception>
    public T Run<T>(Func<T> read)
    {
        chain.ThrowIfDisposed();
        return RowErrors.Unwrapped(read);
    }

    /// <summary>A getter that gives the same values.</summary>
    public ValueGetter<T> Wrap<T>(ValueGetter<T> getter) => (ref T value) =>
    {
        chain.ThrowIfDisposed();
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
