using Google.Protobuf;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Onnx;

/// <summary>
/// What class activation maps are computed from: a classifier whose graph also outputs the feature maps of its last stage, and the weights of its
/// last layer.
/// </summary>
/// <remarks>
/// The last layer adds up the features of an image, each multiplied by the class's weight, and a feature is the mean of a feature map. So the logit
/// of a class is the mean, over all places, of the weighted sum of the feature maps at that place: the class activation map (Zhou et al., 2016).
/// </remarks>
/// <param name="Onnx">The ONNX model, with the signature of the original one and <paramref name="Maps"/> as an additional output.</param>
/// <param name="Signature">The names of the input and the outputs, and the layout of the input.</param>
/// <param name="Maps">The name of the output with the feature maps, N x channels x height x width.</param>
/// <param name="Weights">The weights of the last layer.</param>
internal sealed record ClassActivationModel(byte[] Onnx, OnnxSignature Signature, string Maps, LastLayerWeights Weights)
{
    /// <summary>Adds the output to a classifier of this library, of any version, in float32 or int8.</summary>
    /// <param name="onnx">The bytes of a model that <see cref="OnnxReader.ReadAny"/> has accepted.</param>
    /// <exception cref="InvalidDataException">The graph does not end like those that this library writes.</exception>
    public static ClassActivationModel Of(byte[] onnx)
    {
        ModelProto model = OnnxReader.Parse(onnx);
        NodeProto[] poolings = [.. model.Graph.Node.Where(node => node.OpType == "GlobalAveragePool")];
        if (poolings is not [{ Input: [var maps] }])
            throw new InvalidDataException($"The ONNX model has {poolings.Length} global average poolings where a classifier has one; it is damaged.");
        LastLayerWeights weights = LastLayerWeights.Read(model.Graph);
        OnnxSignature signature = KnownGraph.Signature(model.Graph);
        model.Graph.Output.Add(new ValueInfoProto
        {
            Name = maps,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float } },
        });
        return new(model.ToByteArray(), signature, maps, weights);
    }
}
