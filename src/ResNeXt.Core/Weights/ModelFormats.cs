using ResNeXt.Core.Files;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Import;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.PyTorch;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Weights;

/// <summary>Reads the weights in models, those that this library writes and ONNX models of other programs, and in zip archives.</summary>
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

    /// <summary>
    /// Reads the weights in a zip archive: those of the ResNeXt in a pipeline that ML.NET saved, or those that PyTorch saved. The names of the
    /// entries tell which.
    /// </summary>
    public static StateDict ReadZip(WeightSource source) => ModelZip.HasOnnx(ZipDirectory.Read(source))
        ? Weights(ModelZip.ReadOnnx(source.Path), source)
        : TorchZipFile.Read(source);

    private static StateDict Weights(byte[] onnx, WeightSource source)
    {
        OnnxReader.CheckFormat(onnx, source);
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
