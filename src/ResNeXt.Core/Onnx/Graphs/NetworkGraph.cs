using ResNeXt.Core.Networks;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Graphs.OnnxGraph;

namespace ResNeXt.Core.Onnx.Graphs;

/// <summary>
/// Writes the nodes of a network's layers, from the normalized images to the last layer. The initializers have torchvision's names.
/// </summary>
internal sealed class NetworkGraph(OnnxGraph graph, IReadOnlyCollection<LayerSpec> layers, StateDict weights)
{
    /// <summary>The number that batch normalization adds to the variance before taking the square root.</summary>
    public const float Epsilon = 1e-5f;

    // A node has the name of its layer. If the layer has weights, its output has a suffix: "conv1.output" next to "conv1.weight".
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);

    /// <summary>Writes the network.</summary>
    /// <param name="images">The name of the normalized images, N x C x H x W.</param>
    /// <param name="output">The name for the output of the last layer: logits or pooled features.</param>
    /// <exception cref="ArgumentException">A tensor is missing from the weights, or has another shape or values that are not finite.</exception>
    public void Write(string images, string output)
    {
        CheckWeights();
        _outputs[NetworkDefinition.Images] = images;
        _outputs[layers.Last().Name] = output;
        foreach (LayerSpec layer in layers)
            _outputs[layer.Name] = Write(layer, [.. layer.Inputs.Select(input => _outputs[input])]);
    }

    /// <summary>Gets the name of a layer's output. The layer must have been written.</summary>
    public string Output(string layer) => _outputs[layer];

    /// <summary>Gets the attributes of a convolution or pooling layer.</summary>
    public static IEnumerable<Schema.AttributeProto> Window(LayerSpec layer) => Window(layer, layer.Padding, layer.Padding);

    /// <summary>Gets the attributes of a convolution or pooling layer with other padding.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="before">The padding at the top and on the left, in pixels.</param>
    /// <param name="after">The padding at the bottom and on the right, in pixels.</param>
    public static IEnumerable<Schema.AttributeProto> Window(LayerSpec layer, int before, int after) =>
    [
        Attribute("kernel_shape", [layer.Kernel, layer.Kernel]), Attribute("strides", [layer.Stride, layer.Stride]),
        Attribute("pads", [before, before, after, after]),
    ];

    /// <summary>Writes an option-A shortcut: takes every second pixel, then adds channels of zeros on both sides.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The name of the input tensor, which can be of any type.</param>
    /// <param name="zero">The name of a tensor with the value that represents zero; null for the number 0.</param>
    public static string ZeroPadding(OnnxGraph graph, LayerSpec layer, string input, string? zero = null)
    {
        string sliced = graph.Add("Slice", $"{layer.Name}.slice",
            [input, graph.Integers($"{layer.Name}.starts", 0, 0), graph.Integers($"{layer.Name}.ends", int.MaxValue, int.MaxValue),
             graph.Integers($"{layer.Name}.axes", 2, 3), graph.Integers($"{layer.Name}.steps", layer.Stride, layer.Stride)]);
        int added = layer.OutputChannels - layer.InputChannels, before = added / 2;
        string pads = graph.Integers($"{layer.Name}.pads", 0, before, 0, 0, 0, added - before, 0, 0);
        return graph.Add("Pad", $"{layer.Name}.pad", zero is null ? [sliced, pads] : [sliced, pads, zero]);
    }

    private void CheckWeights()
    {
        foreach (TensorSpec spec in layers.SelectMany(layer => layer.Tensors()))
        {
            if (!weights.Tensors.TryGetValue(spec.Name, out WeightTensor? tensor) || !tensor.Shape.SequenceEqual(spec.Shape))
            {
                throw new ArgumentException(
                    $"The weights lack '{spec.Name}' with the shape [{string.Join(", ", spec.Shape)}], which the network needs.", nameof(weights));
            }
            if (WeightValues.FindMistake(spec.Name, tensor.Values.Span) is { } mistake)
                throw new ArgumentException($"The state dict {mistake}", nameof(weights));
        }
    }

    private string Write(LayerSpec layer, string[] inputs) => layer.Kind switch
    {
        LayerKind.Convolution => graph.Add("Conv", $"{layer.Name}.output", [.. inputs, .. Tensors(layer)],
            [.. Window(layer), Attribute("group", layer.Groups)]),
        LayerKind.BatchNormalization => graph.Add(
            "BatchNormalization", $"{layer.Name}.output", [.. inputs, .. Tensors(layer)], Attribute("epsilon", Epsilon)),
        LayerKind.Relu => graph.Add("Relu", layer.Name, inputs),
        LayerKind.MaxPooling => graph.Add("MaxPool", layer.Name, inputs, [.. Window(layer)]),
        LayerKind.Addition => graph.Add(inputs.Length == 2 ? "Add" : "Sum", layer.Name, inputs),
        LayerKind.Concatenation => graph.Add("Concat", layer.Name, inputs, Attribute("axis", 1)),
        LayerKind.Slice => Slice(layer, inputs[0]),
        LayerKind.ZeroPadding => ZeroPadding(graph, layer, inputs[0]),
        LayerKind.GlobalAveragePooling => graph.Add("Flatten", _outputs.GetValueOrDefault(layer.Name, PooledFeatures.ExportedName),
            [graph.Add("GlobalAveragePool", layer.Name, inputs)], Attribute("axis", 1)),
        LayerKind.Linear => graph.Add("Gemm", _outputs[layer.Name], [.. inputs, .. Tensors(layer)], Attribute("transB", 1)),
        _ => throw new InvalidOperationException($"The layer '{layer.Name}' is of the kind {layer.Kind}, which has no ONNX operator here."),
    };

    private string Slice(LayerSpec layer, string input) => graph.Add("Slice", layer.Name,
        [input, graph.Integers($"{layer.Name}.starts", layer.FirstChannel),
         graph.Integers($"{layer.Name}.ends", layer.FirstChannel + layer.OutputChannels), graph.Integers($"{layer.Name}.axes", 1)]);

    private IEnumerable<string> Tensors(LayerSpec layer) => layer.Tensors().Select(spec =>
    {
        WeightTensor tensor = weights.Tensors[spec.Name];
        return graph.Floats(spec.Name, tensor.Shape, tensor.Values.Span);
    });
}
