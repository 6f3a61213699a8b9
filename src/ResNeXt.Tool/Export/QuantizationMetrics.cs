using System.Text.Json.Nodes;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Tool.Data;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Export;

/// <summary>The figures of a quantization for <c>--metrics</c>.</summary>
internal static class QuantizationMetrics
{
    public static JsonObject Of(QuantizationReport report, IReadOnlyList<string> classNames) => new()
    {
        ["classes"] = MetricsFile.Node(classNames),
        ["images"] = report.HeldBackImages,
        ["calibrationImages"] = report.CalibrationImages,
        ["accuracy"] = report.Accuracy,
        ["float32Accuracy"] = report.Float32Accuracy,
        ["agreement"] = report.Agreement,
        ["keepsAccuracy"] = report.KeepsAccuracy,
        ["bytes"] = report.Bytes,
        ["float32Bytes"] = report.Float32Bytes,
        ["sizeRatio"] = report.SizeRatio,
        ["imagesPerSecond"] = report.ImagesPerSecond,
        ["float32ImagesPerSecond"] = report.Float32ImagesPerSecond,
        ["speedup"] = report.Speedup,
        ["method"] = report.Method.ToString(),
        ["reducedRange"] = report.ReducedRange,
        ["biasCorrection"] = report.BiasCorrection,
        ["crossLayerEqualization"] = report.CrossLayerEqualization,
        ["float32Layers"] = MetricsFile.Node(report.Float32Layers),
        ["hasInt8Instructions"] = report.HasInt8Instructions,
        ["recommendation"] = report.Recommendation,
    };
}
