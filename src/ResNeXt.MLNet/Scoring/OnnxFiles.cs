using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The files of the ONNX models in one chain; disposing of this deletes them.</summary>
/// <remarks>
/// ML.NET takes a model from a stream too, but then writes a file that other users can read, and never deletes it.
/// </remarks>
internal sealed class OnnxFiles(MLServices services) : IDisposable
{
    private readonly List<TemporaryModel> _files = [];

    /// <summary>Writes an ONNX model to a file.</summary>
    /// <param name="onnx">The model.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="IOException">The temporary folder is missing, full or read-only.</exception>
    public string Add(byte[] onnx)
    {
        TemporaryModel file = ProcessFolder.In(services.TemporaryFolder).Write(onnx);
        _files.Add(file);
        return file.FilePath;
    }

    public void Dispose() => _files.ForEach(static file => file.Dispose());
}
