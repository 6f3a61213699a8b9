using System.Text.RegularExpressions;

namespace ResNeXt.MLNet.TemporaryFiles;

/// <summary>
/// The files that ML.NET itself writes when <c>mlContext.Model.Load</c> loads a pipeline with our networks: it deletes them when the model is
/// disposed of or collected, but not at the end of the process.
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
    /// Deletes the files of models that are still loaded when the process ends. Needed on Linux and possible there; Windows deletes them by itself.
    /// </summary>
    public static void DeleteAtExit() => _ = AtExit.Value;

    /// <summary>Whether a file is called as ML.NET calls its temporary ones.</summary>
    public static bool IsNameOfMLNet(string path) => NameOfMLNet().IsMatch(Path.GetFileName(path));

    /// <summary>Whether a stream begins as our ONNX models do: version, then a producer whose name begins with ours.</summary>
    public static bool IsOurs(Stream stream)
    {
        Span<byte> beginning = stackalloc byte[17];
        return stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length
            && beginning[0] == 0x08 && beginning[2] == 0x12 && beginning[4..].SequenceEqual("ResNeXt.MLNet"u8);
    }

    // Only at the end: a model that another thread is loading has its file written but not yet open.
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
                // A handle that was closed meanwhile, or a file that is gone.
            }
        }
    }

    [GeneratedRegex("^[a-z0-9]{8}\\.[a-z0-9]{3}$")]
    private static partial Regex NameOfMLNet();
}
