using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Models;

namespace ResNeXt.Core.Onnx;

/// <summary>Writes ONNX files.</summary>
public static class OnnxFile
{
    /// <summary>Writes a classifier, once ONNX Runtime computes from it what the network computes.</summary>
    /// <param name="path">The file; one that exists is replaced, when the new one is whole.</param>
    /// <param name="model">What to write.</param>
    /// <param name="network">The network with the model's weights.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidOperationException">The graph does not compute what the network computes.</exception>
    public static void Write(string path, ClassifierModel model, ResidualNetwork network)
    {
        var signature = new OnnxSignature();
        byte[] onnx = OnnxExporter.Write(model, signature);
        OnnxVerification.Compare(onnx, signature, network, model);
        AtomicFile.Write(path, onnx);
    }
}
