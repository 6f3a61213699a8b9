using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Tells failures of a model file from those of the machine, and says in one sentence what they are.</summary>
internal static class ModelFailure
{
    /// <summary>Whether the content of a file led to it: nothing that went wrong on the way is about disks, rights or libraries.</summary>
    public static bool IsOfTheFile(Exception exception) => !Chain(exception).Any(item =>
        item is IOException and not EndOfStreamException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException
            or OperationCanceledException);

    /// <summary>The exception that says so of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="exception">What its content led to.</param>
    public static InvalidDataException Of(string path, Exception exception) => new(
        $"The model '{path}' is damaged, or was not written by ResNeXt.MLNet: {Reason(exception)} Download or save it again.", exception);

    // ML.NET puts stack traces into messages; what ONNX Runtime or the innermost cause says is a sentence.
    private static string Reason(Exception exception)
    {
        Exception cause = Chain(exception).OfType<OnnxRuntimeException>().FirstOrDefault() ?? Chain(exception).Last();
        string line = cause.Message.Split('\r', '\n')[0];
        int trace = line.IndexOf(" ---> ", StringComparison.Ordinal);
        return $"{(trace < 0 ? line : line[..trace]).Trim().TrimEnd('.')}.";
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? item = exception; item is not null; item = item.InnerException)
            yield return item;
    }
}
