using System.Text.RegularExpressions;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>
/// The temporary files that ML.NET writes when <c>mlContext.Model.Load</c> loads a pipeline with a network of this library. ML.NET deletes them when
/// the model is disposed of or garbage-collected, but not when the process ends.
/// </summary>
internal static partial class LoadedModels
{
    private const string OpenFiles = "/proc/self/fd";

    private static readonly Lazy<bool> AtExit = new(() =>
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => DeleteOpen();
        return true;
    });

    /// <summary>
    /// Deletes the files of models that are still loaded when the process ends. This works on Linux, and only there it is needed: Windows deletes
    /// them.
    /// </summary>
    public static void DeleteAtExit() => _ = AtExit.Value;

    /// <summary>Whether a file is named like ML.NET's temporary files.</summary>
    /// <param name="path">The path of the file.</param>
    public static bool IsNameOfMLNet(string path) => NameOfMLNet().IsMatch(Path.GetFileName(path));

    /// <summary>Whether a stream begins like an ONNX model of this library: version, then a producer whose name begins with ResNeXt.MLNet.</summary>
    /// <param name="stream">The stream.</param>
    public static bool IsOurs(Stream stream)
    {
        Span<byte> beginning = stackalloc byte[17];
        return stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length
            && beginning[0] == 0x08 && beginning[2] == 0x12 && beginning[4..].SequenceEqual("ResNeXt.MLNet"u8);
    }

    // Only when the process ends: while another thread loads a model, its file is written but not open yet.
    private static void DeleteOpen()
    {
        if (!Directory.Exists(OpenFiles))
            return;
        foreach (string link in Directory.EnumerateFiles(OpenFiles))
        {
            try
            {
                if (new FileInfo(link).LinkTarget is not { } path || !IsNameOfMLNet(path))
                    continue;
                bool isOurs;
                using (FileStream stream = File.OpenRead(path))
                    isOurs = IsOurs(stream);
                if (isOurs)
                    Deletion.TryDeleteFile(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The file was closed or deleted in the meantime.
            }
        }
    }

    [GeneratedRegex("^[a-z0-9]{8}\\.[a-z0-9]{3}$")]
    private static partial Regex NameOfMLNet();
}
