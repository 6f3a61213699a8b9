using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.TemporaryFiles;

namespace ResNeXt.MLNet.Scoring;

/// <summary>The files that the ONNX steps of one chain need as long as it lives; disposing of this deletes them.</summary>
/// <remarks>ML.NET takes a graph from a stream too, but then writes a file of its own, for everybody to read, and never deletes it.</remarks>
internal sealed class OnnxFiles(MLServices services) : IDisposable
{
    private readonly List<TemporaryModel> _files = [];

    /// <summary>Writes a graph to a file.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">The temporary folder does not take it.</exception>
    public string Add(byte[] onnx)
    {
        TemporaryModel file = ProcessFolder.In(services.TemporaryFolder).Write(onnx);
        _files.Add(file);
        return file.FilePath;
    }

    public void Dispose() => _files.ForEach(static file => file.Dispose());
}
