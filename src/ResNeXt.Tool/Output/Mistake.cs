using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.Tool.Output;

/// <summary>Distinguishes exceptions that options, files and the machine cause from errors of the program.</summary>
internal static class Mistake
{
    /// <summary>Gets the sentence for the user; null if the exception is an error of the program.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        // ML.NET wraps the exceptions of rows that it reads ahead, and .NET those of native libraries that are missing.
        InvalidOperationException or TypeInitializationException or AggregateException
            when exception.InnerException is { } inner && Explain(inner) is { } mistake => mistake,
        OnnxRuntimeException => $"ONNX Runtime cannot run the network of this model; it may be damaged, or memory is short: {exception.Message}",
        ArgumentException or InvalidOperationException or InvalidDataException or IOException or UnauthorizedAccessException or DllNotFoundException
            or NotSupportedException => exception.Message,
        _ => null,
    };
}
