using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>Creates exceptions for graphs that are no residual network of this library. They continue "The weights file ...".</summary>
internal static class OperatorMismatch
{
    /// <summary>Creates an exception that names the first operator that does not fit.</summary>
    /// <param name="node">The node of the operator.</param>
    /// <param name="reason">What is different, in words that continue a sentence after the name of the operator and a colon.</param>
    public static InvalidDataException Of(NodeProto node, string reason)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";
        return new($"is an ONNX model of another network than a ResNet or ResNeXt. The first operator that does not fit is "
            + $"{Operator(node)} {Quoted.Name(name)}: {reason}. Give the weights of a ResNet or ResNeXt without further layers.");
    }

    /// <summary>
    /// Gets what to do about an operator of PyTorch's newer exporter, which writes the strides of a model in channels_last; an empty text for others.
    /// </summary>
    public static string AdviceOn(NodeProto node) => node.OpType is "Gather" or "Range"
        ? " (export a model in channels_last after model.to(memory_format=torch.contiguous_format), and with images after permute(...).contiguous())"
        : "";

    // Names of operators consist of letters. Others come from damaged files.
    private static string Operator(NodeProto node) => node.OpType.All(char.IsAsciiLetterOrDigit) ? node.OpType : Quoted.Name(node.OpType);
}
