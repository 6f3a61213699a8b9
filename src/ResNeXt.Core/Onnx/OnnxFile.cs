using ResNeXt.Core.Files;
using ResNeXt.Core.Machine;
using ResNeXt.Core.Onnx.Models;

namespace ResNeXt.Core.Onnx;

/// <summary>Writes ONNX files.</summary>
public static class OnnxFile
{
    /// <summary>Writes a classifier, after checking that ONNX Runtime computes the same logits as the network.</summary>
    /// <param name="path">The path of the file. An existing file is replaced once the new one is complete.</param>
    /// <param name="model">The classifier to write.</param>
    /// <param name="network">The network with the weights of the model.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="ArgumentException">The weights are not those of the model's architecture, or are not finite.</exception>
    /// <exception cref="InvalidOperationException">The logits differ from the network's.</exception>
    /// <exception cref="IOException">The path leads to a folder, a pipe or a device, or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="UnsoundComputationException">libtorch computes wrongly on this machine.</exception>
    public static void Write(string path, ClassifierModel model, ResidualNetwork network)
    {
        var signature = new OnnxSignature();
        byte[] onnx = OnnxExporter.Write(model, signature);
        OnnxVerification.Compare(onnx, signature, network, model);
        AtomicFile.Write(path, onnx);
    }
}
