using ResNeXt.Core.Files;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Import.Graphs;
using ResNeXt.Core.Onnx.Import.Pixels;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Onnx.Schema;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Onnx.Import;

/// <summary>Reads residual networks from ONNX models that other programs wrote.</summary>
internal static class OnnxImport
{
    /// <summary>Gets whether a file begins like an ONNX model of any program. The rest of the file may be damaged.</summary>
    public static bool Recognizes(WeightSource source) => ModelFields.Recognizes(source);

    /// <summary>Reads the network, and verifies that the network here computes what the model computes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, is another network, or cannot be verified; the message says which.</exception>
    public static ImportedNetwork Read(WeightSource source)
    {
        if (source.Length > Array.MaxLength)
            throw source.Refuse($"has {source.Length} bytes; an ONNX model has at most {Array.MaxLength}.");
        try
        {
            return Read(source.Head((int)source.Length), source.Path);
        }
        // The messages of this namespace continue the name of the file.
        catch (InvalidDataException exception) when (char.IsAsciiLetterLower(exception.Message[0]))
        {
            throw source.Refuse(exception.Message);
        }
    }

    private static ImportedNetwork Read(byte[] bytes, string path)
    {
        ModelProto model = ForeignModel.Parse(bytes);
        var graph = new ForeignGraph(model);
        PixelTransform? preprocessing = null;
        ImportedNetwork network = NetworkReader.Read(graph, channels => preprocessing = PreprocessingFile.Read(path, graph.Producer, channels), out NetworkReader reader);
        CheckShape(network);
        if (WeightValues.FindMistake(network.Weights) is { } mistake)
            throw new InvalidDataException(mistake);
        ImportVerification.Compare(ForeignModel.Part(model, graph, reader.Output), reader.Input, (graph.Input.Name, reader.Output), preprocessing, network, reader.Classes);
        return network;
    }

    private static void CheckShape(ImportedNetwork network)
    {
        try
        {
            network.Architecture.Check(network.Shape);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"is an ONNX model for images that its network cannot take. {exception.Message}", exception);
        }
    }
}

/// <summary>A network that was read from an ONNX model of another program.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Weights">The tensors with torchvision's names; without the last layer if the model has none.</param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="Normalization">The normalization of the pixels, if it is known; else null.</param>
internal sealed record ImportedNetwork(Architecture Architecture, StateDict Weights, ImageShape Shape, PixelNormalization? Normalization)
{
    /// <summary>Gets the tensors with the metadata that describe the network.</summary>
    public StateDict ToStateDict() => new(Weights.Tensors, ModelMetadata.Describe(Architecture, Shape, Normalization));
}
