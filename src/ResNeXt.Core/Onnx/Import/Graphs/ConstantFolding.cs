using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.OnnxSessions;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>
/// Computes what a graph derives from constants alone. PyTorch's exporter writes the padding of a shortcut, and biases of zeros, as chains of such
/// operators.
/// </summary>
/// <remarks>
/// ONNX Runtime computes one listed operator after the other. The number of values of each result is known before, so that no file can ask for more
/// memory or time than the limits below.
/// </remarks>
internal sealed class ConstantFolding
{
    private const int MostOperators = 2000, MostInputs = 64;
    private const long MostValues = 1 << 14;

    private static readonly string[] Operators =
    [
        "Add", "Cast", "Concat", "ConstantOfShape", "Div", "Expand", "Gather", "Mul", "Neg", "Reshape", "Slice", "Squeeze", "Sub", "Transpose", "Unsqueeze",
    ];

    private readonly IReadOnlyList<OperatorSetIdProto> _operatorSets;
    private int _count;

    /// <summary>Begins without anything computed.</summary>
    /// <param name="model">The model that the operators are from.</param>
    public ConstantFolding(ModelProto model) =>
        _operatorSets = [.. model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx")];

    /// <summary>Computes the result of an operator.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="inputs">Its inputs; null for one that is left out.</param>
    /// <returns>The result; null if it is another operator than those above, too large, or of a type that no constant of a network has.</returns>
    /// <exception cref="InvalidDataException">The operator cannot be computed, or there are too many.</exception>
    public TensorProto? TryCompute(NodeProto node, IReadOnlyList<TensorProto?> inputs)
    {
        if (node.OpType == "Shape" && inputs is [{ } shaped])
            return Shape(node, shaped);
        if (!Operators.Contains(node.OpType) || node.Output.Count != 1 || inputs.Count > MostInputs
            || inputs.Any(input => input is not null && Count(input) > MostValues) || LargestResult(node, inputs) > MostValues)
            return null;
        if (++_count > MostOperators)
            throw OperatorMismatch.Of(node, $"it follows {MostOperators} others that compute with constants");
        try
        {
            return Run(node, inputs);
        }
        catch (OnnxRuntimeException exception)
        {
            throw OperatorMismatch.Of(node, $"it cannot be computed ({exception.Message.Split('\r', '\n')[0]})");
        }
    }

    private static TensorProto Shape(NodeProto node, TensorProto input)
    {
        int rank = input.Dims.Count;
        int Index(long value) => (int)Math.Clamp(value < 0 ? value + rank : value, 0, rank);
        int start = Index(node.Integer("start", 0)), end = Index(node.Integer("end", rank));
        long[] dimensions = [.. input.Dims.Skip(start).Take(Math.Max(0, end - start))];
        return new() { DataType = DataType.Int64, Dims = { dimensions.Length }, Int64Data = { dimensions } };
    }

    // An upper bound; operators take at most all combinations of their inputs' values.
    private static long LargestResult(NodeProto node, IReadOnlyList<TensorProto?> inputs)
    {
        IEnumerable<long> counts = inputs.OfType<TensorProto>().Select(Count);
        return node.OpType switch
        {
            "Concat" => counts.Sum(),
            "ConstantOfShape" => Product(Sizes(inputs, 0)),
            // What is asked for is allocated before it is compared with what is there. The dimensions 0 and -1 stand for those that are there.
            "Reshape" => Product(Sizes(inputs, 1).Where(size => size > 0)),
            "Expand" => Product([.. counts.Take(1), .. Sizes(inputs, 1)]),
            _ => Product(counts),
        };
    }

    private static IEnumerable<long> Sizes(IReadOnlyList<TensorProto?> inputs, int index) =>
        inputs.ElementAtOrDefault(index) is { } tensor && TensorData.Integers(tensor) is { } sizes ? sizes : [long.MaxValue];

    private static long Count(TensorProto tensor) => Product(tensor.Dims);

    private static long Product(IEnumerable<long> values) =>
        values.Aggregate(1L, (product, value) => value is < 0 or > MostValues || product > MostValues ? MostValues + 1 : product * value);

    private TensorProto? Run(NodeProto node, IReadOnlyList<TensorProto?> inputs)
    {
        NodeProto operation = node.Clone();
        operation.Input.Clear();
        var graph = new GraphProto { Name = "constant", Node = { operation }, Output = { new ValueInfoProto { Name = node.Output[0] } } };
        foreach ((int index, TensorProto? input) in inputs.Index())
        {
            string name = input is null ? "" : $"input {index}";
            operation.Input.Add(name);
            if (input is null)
                continue;
            TensorProto named = input.Clone();
            named.Name = name;
            graph.Initializer.Add(named);
        }
        var model = new ModelProto { IrVersion = ForeignModel.OldestFormat, OpsetImport = { _operatorSets }, Graph = graph };
        using InferenceSession session = OnnxRuntimeAccess.Open(model.ToByteArray(), options => options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, new Dictionary<string, OrtValue>(), [node.Output[0]]);
        return Tensor(results[0]);
    }

    private static TensorProto? Tensor(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        var tensor = new TensorProto { Dims = { info.Shape } };
        switch (info.ElementDataType)
        {
            case TensorElementType.Float:
                tensor.DataType = DataType.Float;
                tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<float>()));
                return tensor;
            case TensorElementType.Int64:
                tensor.DataType = DataType.Int64;
                tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<long>()));
                return tensor;
            case TensorElementType.Int32:
                tensor.DataType = DataType.Int32;
                tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<int>()));
                return tensor;
            default:
                return null;
        }
    }
}
