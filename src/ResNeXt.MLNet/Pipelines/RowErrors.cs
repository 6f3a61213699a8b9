using System.Reflection;
using System.Runtime.ExceptionServices;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>
/// Errors of rows as they were thrown. ML.NET reads rows on several threads and wraps what one of them throws: "Splitter/consolidator worker
/// encountered exception while consuming source data".
/// </summary>
internal static class RowErrors
{
    // ML.NET has no type of its own for it: the message is all that tells it from others.
    private const string WorkerFailed = "Splitter/consolidator worker encountered exception";

    /// <summary>Reads rows. What it throws is the cause, with its own stack trace.</summary>
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

    /// <summary>Whether an exception says nothing but that there is another.</summary>
    public static bool IsWrapper(Exception exception) => exception.InnerException is not null && exception switch
    {
        AggregateException several => several.InnerExceptions.Count == 1,
        TargetInvocationException => true,
        InvalidOperationException => exception.Message.StartsWith(WorkerFailed, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The first exception that says what is wrong.</summary>
    public static Exception Cause(Exception exception)
    {
        while (IsWrapper(exception))
            exception = exception.InnerException!;
        return exception;
    }
}
