using Microsoft.ML.OnnxRuntime;

namespace ResNeXt.MLNet.Scoring;

/// <summary>Distinguishes exceptions that the content of a model file causes from those of disks, rights and libraries.</summary>
internal static class ModelFailure
{
    private const string OtherFormat = "ORT model verification failed";

    /// <summary>Runs code that loads a file, and blames the file for what its content causes.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="load">The code.</param>
    /// <exception cref="InvalidDataException">The content of the file is the cause.</exception>
    public static T Explained<T>(string path, Func<T> load)
    {
        try
        {
            return load();
        }
        // A damaged file may lead to exceptions of any type.
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw Of(path, exception);
        }
    }

    /// <summary>Whether the content of the file is the cause.</summary>
    /// <param name="exception">What was thrown while the file was loaded.</param>
    public static bool IsOfTheFile(Exception exception) => !Chain(exception).Any(item =>
        item is IOException and not EndOfStreamException && !IsOfAnAssemblyName(item)
            || item is UnauthorizedAccessException or DllNotFoundException or TypeInitializationException or OperationCanceledException);

    /// <summary>
    /// Whether the name of a temporary file is the cause: ML.NET writes the network of a model under a random name, such as <c>abcdefgh.xyz</c>, and
    /// ONNX Runtime takes a file for one in another format if its name ends in <c>.ort</c>, which happens once in 32,768 times.
    /// </summary>
    /// <param name="exception">What was thrown while the file was loaded.</param>
    public static bool IsOfARandomName(Exception exception) =>
        Chain(exception).Any(item => item is OnnxRuntimeException && item.Message.Contains(OtherFormat, StringComparison.Ordinal));

    /// <summary>The exception for a file whose content is the cause.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="exception">What was thrown while the file was loaded.</param>
    public static InvalidDataException Of(string path, Exception exception) => new(
        $"The model '{path}' is damaged, or was not written by ResNeXt.MLNet: {Reason(exception)} Download or save it again.", exception);

    // ML.NET puts stack traces into messages; the message of ONNX Runtime, or else of the innermost exception, is a sentence.
    private static string Reason(Exception exception)
    {
        Exception cause = Chain(exception).OfType<OnnxRuntimeException>().FirstOrDefault() ?? Chain(exception).Last();
        string line = cause.Message.Split('\r', '\n')[0];
        int trace = line.IndexOf(" ---> ", StringComparison.Ordinal);
        return $"{(trace < 0 ? line : line[..trace]).Trim().TrimEnd('.')}.";
    }

    // The model names the assembly of each step, which ML.NET loads. A name that is none, or of no assembly here, has no path.
    private static bool IsOfAnAssemblyName(Exception exception) =>
        exception is FileLoadException || exception is FileNotFoundException { FileName: { } name } && !Path.IsPathRooted(name);

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? item = exception; item is not null; item = item.InnerException)
            yield return item;
    }
}
