using System.Reflection;
using System.Runtime.ExceptionServices;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>
/// Unwraps exceptions that are thrown while rows are read. ML.NET reads rows on several threads, and wraps what they throw: "Splitter/consolidator
/// worker encountered exception while consuming source data".
/// </summary>
internal static class RowErrors
{
    // ML.NET has no exception type for this; only the message tells it from others.
    private const string WorkerFailed = "Splitter/consolidator worker encountered exception";

    /// <summary>Runs code that reads rows, and rethrows the original exception with its stack trace.</summary>
    /// <param name="read">The code.</param>
    public static T Unwrapped<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (IsWrapper(exception))
        {
            ExceptionDispatchInfo.Throw(Cause(exception));
            throw;
        }
    }

    /// <summary>Whether an exception only wraps another one.</summary>
    /// <param name="exception">The exception.</param>
    public static bool IsWrapper(Exception exception) => exception.InnerException is not null && exception switch
    {
        AggregateException several => several.InnerExceptions.Count == 1,
        TargetInvocationException => true,
        InvalidOperationException => exception.Message.StartsWith(WorkerFailed, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The original exception inside wrappers.</summary>
    /// <param name="exception">The exception that may be a wrapper.</param>
    public static Exception Cause(Exception exception)
    {
        while (IsWrapper(exception))
            exception = exception.InnerException!;
        return exception;
    }
}
