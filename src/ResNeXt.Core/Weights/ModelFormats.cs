using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights;

/// <summary>Reads the weights in models: those that this library writes, and ONNX models of other programs.</summary>
internal static class ModelFormats
{
    /// <summary>Gets whether a file begins like the ONNX models of this library.</summary>
    public static bool IsOnnx(WeightSource source) => OnnxReader.Recognizes(source.Head(OnnxReader.SignatureLength));

    /// <summary>Reads the weights of an ONNX model that this library wrote.</summary>
    public static StateDict ReadOnnx(WeightSource source)
    {
        if (source.Length > Array.MaxLength)
            throw source.Refuse($"has {source.Length} bytes; an ONNX model has at most {Array.MaxLength}.");
        var model = new byte[source.Length];
        source.Read(0, model);
        return Weights(model, source);
    }

    /// <summary>Reads the weights of the residual network in an ONNX model that another program wrote.</summary>
    public static StateDict ReadForeignOnnx(WeightSource source) => OnnxImport.Read(source).ToStateDict();

    /// <summary>Gets whether a file is a zip archive with an ONNX model, such as a pipeline that ML.NET saved.</summary>
    public static bool IsModelZip(WeightSource source) => source.StartsWith("PK"u8) && ModelZip.Recognizes(source);

    /// <summary>Reads the weights of the ResNeXt in a pipeline that ML.NET saved.</summary>
    public static StateDict ReadModelZip(WeightSource source) => Weights(ModelZip.ReadOnnx(source.Path), source);

    private static StateDict Weights(byte[] onnx, WeightSource source)
    {
        ClassifierModel model;
        try
        {
            model = OnnxReader.ReadAny(onnx);
        }
        catch (InvalidDataException exception)
        {
            throw source.Refuse($"is damaged. {exception.Message}");
        }
        return model.IsQuantized ? throw source.Refuse($"{OnnxReader.NoWeights}.") : model.Weights;
    }
}
