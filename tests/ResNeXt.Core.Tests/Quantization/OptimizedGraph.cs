using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Tests.Quantization;

/// <summary>What ONNX Runtime really runs.</summary>
internal static class OptimizedGraph
{
    /// <summary>How many nodes of which operator the runtime makes of a model.</summary>
    public static IReadOnlyDictionary<string, int> Count(byte[] onnx)
    {
        using var folder = new TemporaryFolder();
        using var options = new SessionOptions { OptimizedModelFilePath = folder.File("optimized.onnx"),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        new InferenceSession(onnx, options).Dispose();
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(options.OptimizedModelFilePath)).Graph.Node.CountBy(node => node.OpType).ToDictionary();
    }
}
