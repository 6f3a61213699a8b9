using System.IO.Compression;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Tests.Onnx.Import.PyTorchGraphs;

/// <summary>Graphs that PyTorch 2.11 exported, with random weights instead of those that were removed.</summary>
internal static class PyTorchGraph
{
    public static ModelProto Read(string name)
    {
        using Stream resource = typeof(PyTorchGraph).Assembly.GetManifestResourceStream("pytorch-2.11-graphs.zip")!;
        using var zip = new ZipArchive(resource);
        using Stream entry = (zip.GetEntry($"{name}.onnx") ?? throw new ArgumentException($"There is no graph {name}.")).Open();
        var model = ModelProto.Parser.ParseFrom(entry);
        var random = new Random(3);
        foreach (TensorProto tensor in model.Graph.Initializer)
            Fill(tensor, random);
        foreach (TensorProto tensor in model.Graph.Node.Where(node => node.OpType == "Constant").SelectMany(node => node.Attribute).Select(attribute => attribute.T).OfType<TensorProto>())
            Fill(tensor, random);
        return model;
    }

    // Around 0 with the variance that keeps activations in range; scales, variances and biases between 0.5 and 1.5.
    private static void Fill(TensorProto tensor, Random random)
    {
        if (tensor.DataType != DataType.Float || !tensor.RawData.IsEmpty || tensor.FloatData.Count > 0 || tensor.ExternalData.Count > 0)
            return;
        long inputs = tensor.Dims.Skip(1).Aggregate(1L, (a, b) => a * b), count = tensor.Dims.Aggregate(1L, (a, b) => a * b);
        double center = tensor.Dims.Count == 1 ? 1 : 0, range = tensor.Dims.Count == 1 ? 0.5 : Math.Sqrt(6.0 / inputs);
        for (long index = 0; index < count; index++)
            tensor.FloatData.Add((float)(center + range * (random.NextDouble() * 2 - 1)));
    }
}
