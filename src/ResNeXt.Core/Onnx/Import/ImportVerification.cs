using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Import.Pixels;
using ResNeXt.Core.OnnxSessions;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;
using static System.FormattableString;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Runs the graph of another program and the graph that this library writes for the imported network, and compares the results.</summary>
/// <remarks>Both run in ONNX Runtime, so that programs that only score need no libtorch.</remarks>
internal static class ImportVerification
{
    private const double Tolerance = 1e-3;
    private const int ProbeImages = 2;
    private const long MostValues = 1 << 26, MostLayerValues = 1 << 28;
    private const double MostMultiplyAdds = 2e12;
    private const string Images = "images", Output = "output";

    /// <summary>Compares the results for random images.</summary>
    /// <param name="original">The bytes of the part of the original model that computes the result.</param>
    /// <param name="input">The input of the original.</param>
    /// <param name="names">The names of the original's input and output.</param>
    /// <param name="preprocessing">What has to be done with pixels before the original graph; null for nothing.</param>
    /// <param name="network">The imported network.</param>
    /// <param name="classes">The number of classes; null to compare features.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot run the original, or the results differ by more than 0.001 times the largest.</exception>
    public static void Compare(
        byte[] original, ImageInput input, (string Input, string Output) names, PixelTransform? preprocessing, ImportedNetwork network, int? classes)
    {
        ImageShape shape = network.Shape;
        int images = input.Batch ?? ProbeImages;
        if ((long)images * shape.Length > MostValues)
            throw new InvalidDataException($"is an ONNX model that takes {images} images of {shape.Height} x {shape.Width} at once; export it for one image.");
        float[] probe = Probe(images, shape, network.Normalization);
        CheckCost(network, images, classes);
        float[] actual = Run(Written(network, classes), Images, Output, probe, [images, shape.Channels, shape.Height, shape.Width]);
        if (preprocessing is not null)
            probe = preprocessing.Apply(probe, shape.PlaneLength);
        float[] expected = RunOriginal(original, names, input.Layout, probe, images, shape);
        var difference = ResultDifference.Between(expected, actual);
        if (!difference.IsWithin(Tolerance))
        {
            throw new InvalidDataException(Invariant($"is an ONNX model that looks like {network.Architecture.Name}, but computes something else: ")
                + Invariant($"{expected.Length} values up to {difference.Largest:G3}, where {network.Architecture.Name} with its weights gives {actual.Length} values; ")
                + Invariant($"they differ by {difference.Difference:G3}. Give a file of another exporter."));
        }
    }

    // Noise within the range of pixels, or of normalized pixels.
    private static float[] Probe(int images, ImageShape shape, PixelNormalization? normalization)
    {
        var random = new Random(1);
        var pixels = new float[images * shape.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / shape.PlaneLength % shape.Channels;
            float value = (float)(random.NextDouble() * 4 - 2);
            pixels[i] = normalization is null ? value : (value + 2) / 2 * Math.Abs(normalization.Mean[channel]) + value * normalization.Std[channel];
        }
        return pixels;
    }

    private static byte[] Written(ImportedNetwork network, int? classes)
    {
        Architecture architecture = network.Architecture;
        IReadOnlyCollection<LayerSpec> layers = classes is { } count ? architecture.LayerSpecs(count) : architecture.FeatureLayerSpecs(architecture.Depths.Length);
        var graph = new OnnxGraph(architecture.Name);
        string images = graph.Images(Images, PixelLayout.Planar, network.Shape, network.Normalization);
        new NetworkGraph(graph, layers, network.Weights).Write(images, Output);
        graph.Output(Output, DataType.Float, classes ?? architecture.FeatureCount);
        return graph.ToModel(Models.ModelMetadata.Producer, []);
    }

    private static float[] RunOriginal(
        byte[] original, (string Input, string Output) names, PixelLayout layout, float[] probe, int images, ImageShape shape)
    {
        bool isPlanar = layout == PixelLayout.Planar;
        long[] dimensions = isPlanar ? [images, shape.Channels, shape.Height, shape.Width] : [images, shape.Height, shape.Width, shape.Channels];
        return Run(original, names.Input, names.Output, isPlanar ? probe : OnnxVerification.Interleave(probe, shape), dimensions);
    }

    private static float[] Run(byte[] model, string input, string output, float[] values, long[] dimensions)
    {
        try
        {
            using InferenceSession session = OnnxRuntimeAccess.Open(
                model, options => options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            using OrtValue images = OrtValue.CreateTensorValueFromMemory(values, dimensions);
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, new Dictionary<string, OrtValue> { [input] = images }, [output]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"is an ONNX model that cannot be run: {exception.Message.Split('\r', '\n')[0]}", exception);
        }
    }

    // Of the square around the images, in proportion. A small file can describe a network that no machine computes.
    private static void CheckCost(ImportedNetwork network, int images, int? classes)
    {
        Architecture architecture = network.Architecture;
        int side = Math.Clamp(Math.Max(network.Shape.Height, network.Shape.Width), architecture.MinimumImageSize, Architecture.MaximumImageSize);
        double factor = (double)images * network.Shape.PlaneLength / ((double)side * side);
        IReadOnlyList<LayerSummary> layers = architecture.Layers(side, classes ?? 1);
        double values = factor * layers.Max(layer => layer.OutputShape.Aggregate(1.0, (product, size) => product * size));
        double operations = factor * layers.Sum(layer => (double)layer.MultiplyAdds);
        if (values > MostLayerValues || operations > MostMultiplyAdds)
        {
            throw new InvalidDataException(Invariant($"is an ONNX model that takes {operations:G3} multiply-adds, and {values:G3} values in a layer, for ")
                + $"{images} images of {network.Shape.Height} x {network.Shape.Width}, which is more than is computed. Export it for smaller images.");
        }
    }
}
