using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Tests.Onnx.Import.Making;

/// <summary>Writes a network as other exporters do, with their names and in their style.</summary>
internal sealed class ForeignModelWriter
{
    private readonly GraphProto _graph = new() { Name = "main_graph" };
    private readonly ForeignStyle _style;
    private readonly StateDict _weights;
    private int _number = 100;

    private ForeignModelWriter(ForeignStyle style, StateDict weights) => (_style, _weights) = (style, weights);

    public static ModelProto Write(Architecture architecture, StateDict weights, ForeignStyle style, int size = 64)
    {
        var writer = new ForeignModelWriter(style, weights);
        writer.Write(architecture, size);
        var model = new ModelProto
        {
            IrVersion = style.Opset < 9 ? 3 : 8,
            ProducerName = style.Producer,
            Graph = writer._graph,
            OpsetImport = { new OperatorSetIdProto { Version = style.Opset } },
        };
        if (style.HasInputsForConstants)
            model.Graph.Input.AddRange(model.Graph.Initializer.Select(tensor => new ValueInfoProto { Name = tensor.Name }));
        return model;
    }

    private void Write(Architecture architecture, int size)
    {
        int classes = _weights.Tensors["fc.weight"].Shape[0];
        string images = Input(architecture.InputChannels, size);
        var outputs = new Dictionary<string, string> { [NetworkDefinition.Images] = images };
        IReadOnlyList<LayerSpec> layers = architecture.LayerSpecs(classes);
        int mapSide = architecture.LastMapSide(size);
        foreach (LayerSpec layer in layers)
            outputs[layer.Name] = Write(layer, [.. layer.Inputs.Select(input => outputs[input])], mapSide);
        string output = outputs[layers[^1].Name];
        if (_style.HasSoftmax)
            output = Add("Softmax", "/Softmax", [output], OnnxGraph.Attribute("axis", 1));
        _graph.Output.Add(new ValueInfoProto { Name = output, Type = new TypeProto { TensorType = new() { ElemType = DataType.Float } } });
    }

    private string Write(LayerSpec layer, string[] inputs, int mapSide) => layer.Kind switch
    {
        LayerKind.Convolution => Convolution(layer, inputs[0]),
        LayerKind.BatchNormalization => _style.IsFolded ? inputs[0] : Normalization(layer, inputs[0]),
        LayerKind.Relu => Add("Relu", Path(layer), inputs),
        LayerKind.MaxPooling => Add("MaxPool", Path(layer), inputs, Window(layer)),
        LayerKind.Addition => Add("Add", Path(layer), inputs),
        LayerKind.ZeroPadding => ZeroPadding(layer, inputs[0]),
        LayerKind.GlobalAveragePooling => Flattened(Pooled(inputs[0], mapSide), layer.OutputChannels),
        LayerKind.Linear => Head(layer, inputs[0]),
        _ => throw new NotSupportedException(layer.Kind.ToString()),
    };

    private string Input(int channels, int size)
    {
        long[] shape = _style.Layout == PixelLayout.Planar ? [channels, size, size] : [size, size, channels];
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(_style.IsOpen ? new TensorShapeProto.Types.Dimension { DimParam = "batch_size" } : new() { DimValue = 1 });
        dimensions.Dim.AddRange(shape.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));
        _graph.Input.Add(new ValueInfoProto { Name = "input", Type = new TypeProto { TensorType = new() { ElemType = DataType.Float, Shape = dimensions } } });
        string value = "input";
        if (_style.Layout == PixelLayout.Interleaved)
            value = Add("Transpose", "/Transpose", [value], OnnxGraph.Attribute("perm", 0, 3, 1, 2));
        if (_style.Reordering == "Gather")
            value = Add("Gather", "/Gather", [value, Integers("order", [2, 1, 0])], OnnxGraph.Attribute("axis", 1));
        if (_style.Reordering == "Split")
        {
            string[] parts = ["red", "green", "blue"];
            _graph.Node.Add(new NodeProto { OpType = "Split", Input = { value }, Output = { parts }, Attribute = { OnnxGraph.Attribute("axis", 1) } });
            value = Add("Concat", "/Concat", [.. parts.Reverse()], OnnxGraph.Attribute("axis", 1));
        }
        if (_style.Normalization is not { } normalization)
            return value;
        int[] perChannel = [1, channels, 1, 1];
        value = Add("Sub", "/Sub", [value, Floats("mean", perChannel, [.. normalization.Mean])]);
        return Add("Div", "/Div", [value, Floats("std", perChannel, [.. normalization.Std])]);
    }

    private string Convolution(LayerSpec layer, string input)
    {
        WeightTensor filters = _weights.Tensors[$"{layer.Name}.weight"];
        float[] values = filters.Values.ToArray(), bias = new float[layer.OutputChannels];
        if (_style.IsFolded)
        {
            string name = NormalizationOf(layer.Name);
            for (int channel = 0; channel < bias.Length; channel++)
            {
                float factor = Of(name, "weight")[channel] / MathF.Sqrt(Of(name, "running_var")[channel] + 1e-5f);
                bias[channel] = Of(name, "bias")[channel] - Of(name, "running_mean")[channel] * factor;
                foreach (ref float value in values.AsSpan(channel * values.Length / bias.Length, values.Length / bias.Length))
                    value *= factor;
            }
        }
        else if (_style.HasBias)
        {
            Array.Fill(bias, 0.25f);
        }
        List<string> inputs = [input, Floats($"onnx::Conv_{_number++}", filters.Shape, values)];
        if (_style.IsFolded || _style.HasBias)
            inputs.Add(Floats($"onnx::Conv_{_number++}", [bias.Length], bias));
        return Add("Conv", Path(layer), [.. inputs], [.. Window(layer), OnnxGraph.Attribute("group", layer.Groups)]);
    }

    private string Normalization(LayerSpec layer, string input)
    {
        float[] mean = [.. Of(layer.Name, "running_mean").Select(value => _style.HasBias ? value + 0.25f : value)];
        return Add("BatchNormalization", Path(layer),
            [input, Channels(layer, "weight"), Channels(layer, "bias"), Floats($"{layer.Name}.running_mean", [mean.Length], mean), Channels(layer, "running_var")],
            OnnxGraph.Attribute("epsilon", _style.Epsilon), OnnxGraph.Attribute("momentum", 0.9f));
    }

    // As PyTorch writes F.pad(x[:, :, ::2, ::2], ...): one Slice for each direction.
    private string ZeroPadding(LayerSpec layer, string input)
    {
        foreach (int axis in (int[])[2, 3])
        {
            input = Add("Slice", $"{Path(layer)}/{axis}", [input, Integers($"{layer.Name}.starts{axis}", [0]), Integers($"{layer.Name}.ends{axis}", [long.MaxValue]),
                Integers($"{layer.Name}.axes{axis}", [axis]), Integers($"{layer.Name}.steps{axis}", [layer.Stride])]);
        }
        int added = layer.OutputChannels - layer.InputChannels;
        return Add("Pad", Path(layer), [input, Integers($"{layer.Name}.pads", [0, added / 2, 0, 0, 0, added - added / 2, 0, 0])]);
    }

    private string Pooled(string input, int mapSide) => _style.Pooling switch
    {
        "AveragePool" => Add("AveragePool", "/avgpool", [input], OnnxGraph.Attribute("kernel_shape", [mapSide, mapSide])),
        "ReduceMean" when _style.Opset >= 18 => Add("ReduceMean", "/avgpool", [input, Integers("axes", [-1, -2])], OnnxGraph.Attribute("keepdims", 1)),
        "ReduceMean" => Add("ReduceMean", "/avgpool", [input], OnnxGraph.Attribute("axes", [2, 3]), OnnxGraph.Attribute("keepdims", 1)),
        _ => Add("GlobalAveragePool", "/avgpool", [input]),
    };

    private string Flattened(string input, int channels) => _style.Flattening switch
    {
        "Flatten" => Add("Flatten", "/Flatten", [input], OnnxGraph.Attribute("axis", 1)),
        "Reshape" => Add("Reshape", "/Reshape", [input, Integers("shape", [-1, channels])]),
        "Squeeze" when _style.Opset >= 13 => Add("Squeeze", "/Squeeze", [input, Integers("axes2", [2, 3])]),
        "Squeeze" => Add("Squeeze", "/Squeeze", [input], OnnxGraph.Attribute("axes", [2, 3])),
        "Shape" => Reshaped(input),
        _ => input,
    };

    // As PyTorch writes x.view(x.size(0), -1).
    private string Reshaped(string input)
    {
        string size = Add("Gather", "/Gather_1", [Add("Shape", "/Shape", [input]), Integers("zero", null)], OnnxGraph.Attribute("axis", 0));
        string first = _style.Opset >= 13 ? Add("Unsqueeze", "/Unsqueeze", [size, Integers("axes3", [0])]) : Add("Unsqueeze", "/Unsqueeze", [size], OnnxGraph.Attribute("axes", [0]));
        return Add("Reshape", "/Reshape", [input, Add("Concat", "/Concat_1", [first, Integers("rest", [-1])], OnnxGraph.Attribute("axis", 0))]);
    }

    private string Head(LayerSpec layer, string input)
    {
        WeightTensor weight = _weights.Tensors["fc.weight"], bias = _weights.Tensors["fc.bias"];
        int[] shape = [.. weight.Shape], reversed = [shape[1], shape[0]];
        float[] values = weight.Values.ToArray(), transposed = [.. Enumerable.Range(0, values.Length).Select(i => values[i % shape[0] * shape[1] + i / shape[0]])];
        string addend = _style.Head == "None" ? "" : Floats("fc.bias", bias.Shape, bias.Values.Span);
        return _style.Head switch
        {
            "None" => input,
            "Gemm" => Add("Gemm", "/fc/Gemm", [input, Floats("fc.weight", shape, values), addend], OnnxGraph.Attribute("transB", 1), OnnxGraph.Attribute("alpha", 1f)),
            "Gemm without transB" => Add("Gemm", "/fc/Gemm", [input, Floats("fc.weight", reversed, transposed), addend]),
            "Conv" => Add("Flatten", "/last", [Add("Conv", "/fc/Conv", [input, Floats("fc.weight", [.. shape, 1, 1], values), addend])]),
            _ => Add("Add", "/fc/Add", [addend, Add("MatMul", "/fc/MatMul", [input, Floats("fc.weight", reversed, transposed)])]),
        };
    }

    private AttributeProto[] Window(LayerSpec layer)
    {
        int padding = layer.Padding, after = _style.IsPaddedAtTheBeginning && layer.Stride == 2 && padding > 0 ? padding - 1 : padding;
        return
        [
            OnnxGraph.Attribute("kernel_shape", [layer.Kernel, layer.Kernel]), OnnxGraph.Attribute("strides", [layer.Stride, layer.Stride]),
            OnnxGraph.Attribute("dilations", [1, 1]), OnnxGraph.Attribute("pads", [padding, padding, after, after]),
        ];
    }

    private string Add(string operation, string name, string[] inputs, params AttributeProto[] attributes)
    {
        string output = $"{name}_output_0";
        var node = new NodeProto { OpType = operation, Name = $"{name}/{operation}", Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes.Where(attribute => operation != "MaxPool" || attribute.Name != "dilations"));
        _graph.Node.Add(node);
        if (!_style.HasIdentityNodes)
            return output;
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"{name}/Identity", Input = { output }, Output = { $"{output}_copy" } });
        return $"{output}_copy";
    }

    private static string Path(LayerSpec layer) => "/" + layer.Name.Replace('.', '/');

    private static string NormalizationOf(string convolution) =>
        convolution.EndsWith("downsample.0", StringComparison.Ordinal) ? convolution[..^1] + "1" : convolution.Replace("conv", "bn", StringComparison.Ordinal);

    private float[] Of(string layer, string part) => _weights.Tensors[$"{layer}.{part}"].Values.ToArray();

    private string Channels(LayerSpec layer, string part) => Floats($"{layer.Name}.{part}", [layer.OutputChannels], Of(layer.Name, part));

    private string Floats(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var tensor = new TensorProto { DataType = DataType.Float, Dims = { shape.Select(size => (long)size) } };
        if (_style.HasTypedData)
            tensor.FloatData.AddRange(values.ToArray());
        else
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return Constant(name, tensor);
    }

    private string Integers(string name, long[]? values)
    {
        var tensor = new TensorProto { DataType = DataType.Int64 };
        if (values is not null)
            tensor.Dims.Add(values.Length);
        values ??= [0];
        if (_style.HasTypedData)
            tensor.Int64Data.AddRange(values);
        else
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return Constant(name, tensor);
    }

    private string Constant(string name, TensorProto tensor)
    {
        if (_style.HasConstantNodes)
        {
            name = $"/Constant_{_number++.ToString(CultureInfo.InvariantCulture)}_output_0";
            var value = new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor };
            _graph.Node.Add(new NodeProto { OpType = "Constant", Output = { name }, Attribute = { value } });
            return name;
        }
        tensor.Name = name;
        _graph.Initializer.Add(tensor);
        return name;
    }
}
