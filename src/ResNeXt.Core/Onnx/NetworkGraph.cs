using ResNeXt.Core.Weights;
using static ResNeXt.Core.Onnx.OnnxGraph;

namespace ResNeXt.Core.Onnx;

/// <summary>Writes the nodes of a residual network, from normalised images to logits; the initialisers keep torchvision's names.</summary>
internal sealed class NetworkGraph(OnnxGraph graph, Architecture architecture, WeightSet weights)
{
    /// <summary>Writes the network.</summary>
    /// <param name="images">Name of the normalised images, N x C x H x W.</param>
    /// <param name="logits">The name to give the logits.</param>
    public void Write(string images, string logits)
    {
        string x = Relu(Convolution(architecture.StemConvolution, images), "relu");
        if (architecture.Stem == StemKind.ImageNet)
            x = graph.Add("MaxPool", "maxpool", [x], Attribute("kernel_shape", [3, 3]), Attribute("strides", [2, 2]), Attribute("pads", [1, 1, 1, 1]));
        foreach (BlockSpec block in architecture.Blocks())
            x = Block(block, x);
        string pooled = graph.Add("GlobalAveragePool", "avgpool", [x]);
        string features = graph.Add("Flatten", "features", [pooled], Attribute("axis", 1));
        graph.Add("Gemm", logits, [features, Tensor("fc.weight"), Tensor("fc.bias")], Attribute("transB", 1));
    }

    private string Block(BlockSpec block, string input)
    {
        ConvolutionSpec[] convolutions = [.. block.Convolutions()];
        int main = block.Kind == BlockKind.Basic ? 2 : 3;
        string x = input;
        for (int i = 0; i < main; i++)
        {
            x = Convolution(convolutions[i], x);
            if (i < main - 1)
                x = Relu(x, $"{block.Name}.relu{i + 1}");
        }
        string shortcut = block.Shortcut switch
        {
            ShortcutKind.Projection => Convolution(convolutions[main], input),
            ShortcutKind.ZeroPadding => ZeroPadding(block, input),
            _ => input,
        };
        return Relu(graph.Add("Add", $"{block.Name}.add", [x, shortcut]), $"{block.Name}.relu");
    }

    private string Convolution(ConvolutionSpec spec, string input)
    {
        long padding = spec.Padding;
        string output = graph.Add("Conv", $"{spec.Name}.output", [input, Tensor($"{spec.Name}.weight")],
            Attribute("kernel_shape", [spec.Kernel, spec.Kernel]), Attribute("strides", [spec.Stride, spec.Stride]),
            Attribute("pads", [padding, padding, padding, padding]), Attribute("group", spec.Groups));
        string normalization = spec.NormalizationName;
        return graph.Add("BatchNormalization", $"{normalization}.output",
            [output, Tensor($"{normalization}.weight"), Tensor($"{normalization}.bias"), Tensor($"{normalization}.running_mean"), Tensor($"{normalization}.running_var")],
            Attribute("epsilon", 1e-5f));
    }

    // Option A: every second pixel, then zeros on both sides of the channels.
    private string ZeroPadding(BlockSpec block, string input)
    {
        string prefix = $"{block.Name}.shortcut";
        string sliced = graph.Add("Slice", $"{prefix}.slice",
            [input, graph.Integers($"{prefix}.starts", 0, 0), graph.Integers($"{prefix}.ends", int.MaxValue, int.MaxValue),
             graph.Integers($"{prefix}.axes", 2, 3), graph.Integers($"{prefix}.steps", block.Stride, block.Stride)]);
        int added = block.OutputChannels - block.InputChannels, before = added / 2;
        return graph.Add("Pad", $"{prefix}.pad", [sliced, graph.Integers($"{prefix}.pads", 0, before, 0, 0, 0, added - before, 0, 0)]);
    }

    private string Relu(string input, string output) => graph.Add("Relu", output, [input]);

    private string Tensor(string name)
    {
        WeightTensor tensor = weights.Tensors[name];
        return graph.Floats(name, tensor.Shape, tensor.Values.Span);
    }
}
