using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>
/// The graph of an ONNX model that another program wrote: only the nodes that its first output needs. Nodes that pass on their input (Identity,
/// Dropout) are skipped, results that depend on constants alone are constants, and nodes that compute shapes are known as such.
/// </summary>
internal sealed class ForeignGraph
{
    private static readonly string[] PassOn = ["Identity", "Dropout"];

    // A shape has few values. The limit prevents that a hostile graph concatenates or multiplies them until memory is exhausted.
    private const int LongestShape = 64;

    // What exporters write around Reshape, to keep the number of images.
    private static readonly string[] OfShapes = ["Shape", "Gather", "Squeeze", "Unsqueeze", "Concat", "Slice", "Cast", "Mul", "Div", "Reshape"];

    private readonly ModelProto _model;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly ConstantFolding _folding;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _folded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _shapeLengths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _consumers = new(StringComparer.Ordinal);

    /// <summary>Connects the nodes of a model.</summary>
    /// <exception cref="InvalidDataException">The graph is damaged, or no graph of a network that classifies one image.</exception>
    public ForeignGraph(ModelProto model)
    {
        _model = model;
        _folding = new(model);
        GraphProto graph = model.Graph;
        foreach (TensorProto tensor in graph.Initializer)
        {
            TensorData.Check(tensor);
            Know(tensor.Name);
            _constants[tensor.Name] = tensor;
        }
        ValueInfoProto[] inputs = [.. graph.Input.Where(value => !_constants.ContainsKey(value.Name))];
        if (inputs.Length != 1 || graph.Output.Count == 0)
            throw new InvalidDataException($"has {inputs.Length} inputs and {graph.Output.Count} outputs; a network takes one input with images.");
        Input = inputs[0];
        Know(Input.Name);
        foreach (NodeProto node in NodesFor(graph.Output[0].Name))
            Connect(node);
        Output = Resolve(graph.Output[0].Name);
    }

    /// <summary>The name of the program that wrote the model; can be empty.</summary>
    public string Producer => _model.ProducerName;

    /// <summary>The input with the images.</summary>
    public ValueInfoProto Input { get; }

    /// <summary>The name of the first output's value.</summary>
    public string Output { get; }

    /// <summary>The number of values of all constants.</summary>
    public long ConstantValues => _constants.Values.Sum(tensor => TensorShape.TryLength(tensor.Dims, out int length) ? length : 0L);

    /// <summary>Gets the nodes that take a value, except those that only take its shape.</summary>
    public IReadOnlyList<NodeProto> Consumers(string value) => _consumers.GetValueOrDefault(value) ?? [];

    /// <summary>Gets the name of the value that a node takes; an empty text if it has no such input.</summary>
    public string InputOf(NodeProto node, int index) => index < node.Input.Count ? Resolve(node.Input[index]) : "";

    /// <summary>Gets the constant that a node takes; null if it has no such input, or the input is computed.</summary>
    public TensorProto? ConstantOf(NodeProto node, int index) => _constants.GetValueOrDefault(InputOf(node, index));

    /// <summary>Whether an input is a shape that the graph computes.</summary>
    public bool IsShape(NodeProto node, int index) => _shapeLengths.ContainsKey(InputOf(node, index));

    /// <summary>Gets the nodes that a value needs, in the order of the file, without those whose result is a constant here.</summary>
    public IReadOnlyList<NodeProto> NodesFor(string value)
    {
        // The nodes are sorted, so that one pass from the end finds all that are needed.
        var needed = new HashSet<string>(StringComparer.Ordinal) { value };
        var nodes = new List<NodeProto>();
        for (int index = _model.Graph.Node.Count - 1; index >= 0; index--)
        {
            NodeProto node = _model.Graph.Node[index];
            if (!node.Output.Any(needed.Contains) || node.Output.Any(_folded.ContainsKey))
                continue;
            needed.UnionWith(node.Input);
            nodes.Add(node);
        }
        nodes.Reverse();
        return nodes;
    }

    /// <summary>Gets the initializers that <see cref="NodesFor"/> a value take, and the constants that were computed for them.</summary>
    public IEnumerable<TensorProto> ConstantsFor(string value)
    {
        HashSet<string> taken = [.. NodesFor(value).SelectMany(node => node.Input)];
        return _model.Graph.Initializer.Concat(_folded.Values).Where(tensor => taken.Contains(tensor.Name));
    }

    private IEnumerable<string> InputsOf(NodeProto node) => node.Input.Select(Resolve);

    private string Resolve(string name) => _aliases.GetValueOrDefault(name, name);

    private void Know(string name)
    {
        if (name.Length == 0 || !_known.Add(name))
            throw new InvalidDataException($"has the value {Quoted.Name(name)} without a name or twice; it is damaged. Download or save it again.");
    }

    private void Connect(NodeProto node)
    {
        if (node.Input.FirstOrDefault(input => input.Length > 0 && !_known.Contains(input)) is { } unknown)
            throw OperatorMismatch.Of(node, $"its input {Quoted.Name(unknown)} is not computed before it; the file is damaged or cyclic");
        if (node.Domain is not ("" or "ai.onnx"))
            throw OperatorMismatch.Of(node, $"it is of the domain {Quoted.Name(node.Domain)}");
        if (node.Attribute.Any(attribute => attribute.G.Length > 0 || attribute.Graphs.Count > 0))
            throw OperatorMismatch.Of(node, "it has a graph inside");
        CheckDivision(node);
        foreach (string output in node.Output.Where(output => output.Length > 0))
            Know(output);
        if (node.OpType == "Constant")
            _constants[node.Output[0]] = Constant(node);
        else if (TryFold(node))
            return;
        else if (PassOn.Contains(node.OpType) || (node.OpType == "Cast" && node.Integer("to", 0) == (long)DataType.Float && !IsOfShape(node))
            || (node.OpType == "CastLike" && ConstantOf(node, 0)?.DataType == DataType.Float))
            _aliases[node.Output[0]] = InputOf(node, 0);
        else if (IsOfShape(node))
            _shapeLengths[node.Output[0]] = ShapeLength(node);
        else if (InputsOf(node).All(value => value.Length == 0 || IsKnown(value)))
            throw OperatorMismatch.Of(node, $"it computes from sizes and constants what no residual network needs{OperatorMismatch.AdviceOn(node)}");
        else
            AddConsumer(node);
    }

    // Without images. Everything that depends on them is looked at before it runs.
    private bool IsKnown(string value) => _shapeLengths.ContainsKey(value) || _constants.ContainsKey(value);

    // The smallest integer divided by -1 is no integer, and ends the process.
    private void CheckDivision(NodeProto node)
    {
        if (node.OpType == "Div" && (IsShape(node, 1) || (ConstantOf(node, 1) is { } divisor && TensorData.Floats(divisor) is null
            && TensorData.Integers(divisor)?.All(value => value > 0) != true)))
            throw OperatorMismatch.Of(node, "it divides by integers that are computed or not positive");
    }

    private bool TryFold(NodeProto node)
    {
        if (node.Input.Count == 0 || InputsOf(node).Any(value => value.Length > 0 && !_constants.ContainsKey(value)))
            return false;
        if (_folding.TryCompute(node, [.. node.Input.Select((_, index) => ConstantOf(node, index))]) is not { } result)
            return false;
        result.Name = node.Output[0];
        _folded[result.Name] = _constants[result.Name] = result;
        return true;
    }

    private bool IsOfShape(NodeProto node) => OfShapes.Contains(node.OpType)
        && (node.OpType == "Shape" || (InputsOf(node).All(IsKnown) && InputsOf(node).Any(_shapeLengths.ContainsKey)));

    // An upper bound for the number of values.
    private long ShapeLength(NodeProto node)
    {
        if (node.OpType == "Shape")
            return TensorShape.MaximumRank;
        long length = node.OpType is "Concat" ? 0 : 1;
        for (int index = 0; index < node.Input.Count; index++)
        {
            long added = _shapeLengths.GetValueOrDefault(InputOf(node, index), ConstantOf(node, index)?.Dims.Aggregate(1L, Product) ?? 1);
            length = node.OpType is "Concat" ? length + added : Product(length, added);
        }
        return length <= LongestShape ? length : throw OperatorMismatch.Of(node, "it computes more values than a shape has");
    }

    private static long Product(long a, long b) => a > LongestShape || b > LongestShape ? LongestShape + 1 : a * b;

    private void AddConsumer(NodeProto node)
    {
        foreach (string value in InputsOf(node).Distinct().Where(value => value.Length > 0 && !_constants.ContainsKey(value)))
        {
            if (!_consumers.TryGetValue(value, out List<NodeProto>? nodes))
                _consumers[value] = nodes = [];
            nodes.Add(node);
        }
    }

    private static TensorProto Constant(NodeProto node)
    {
        if (node.Find("value")?.T is { } tensor)
        {
            TensorData.Check(tensor);
            return tensor;
        }
        return node.Attribute switch
        {
            [{ Name: "value_float" } number] => new() { DataType = DataType.Float, FloatData = { number.F } },
            [{ Name: "value_floats" } numbers] =>
                new() { DataType = DataType.Float, Dims = { numbers.Floats.Count }, FloatData = { numbers.Floats } },
            [{ Name: "value_int" } number] => new() { DataType = DataType.Int64, Int64Data = { number.I } },
            [{ Name: "value_ints" } numbers] => new() { DataType = DataType.Int64, Dims = { numbers.Ints.Count }, Int64Data = { numbers.Ints } },
            _ => throw OperatorMismatch.Of(node, "it has no numbers"),
        };
    }
}
