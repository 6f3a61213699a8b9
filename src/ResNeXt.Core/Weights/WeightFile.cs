using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights;

/// <summary>Reads weights files of all supported formats. The format is recognized by content, not by file name.</summary>
/// <remarks>
/// Files are not trusted: nothing in them is executed, and every size that a file claims is checked against its actual length before memory is
/// allocated.
/// </remarks>
public static class WeightFile
{
    /// <summary>
    /// Reads all tensors of a safetensors file, of a PyTorch checkpoint (zip, legacy or tar), of an ONNX model that <see cref="Onnx.OnnxExporter"/>
    /// wrote, of a pipeline with a ResNeXt that ML.NET saved, or of a ResNet or ResNeXt in an ONNX model of another program. Integer tensors that are not part of a layer's computation, such as
    /// <c>num_batches_tracked</c>, are skipped.
    /// </summary>
    /// <remarks>
    /// <para>
    /// In a checkpoint, the network is the dictionary under the first of these keys that has tensors, at any depth: <c>state_dict_ema</c>,
    /// <c>model_ema</c>, <c>ema_state_dict</c>, <c>ema_model</c>, <c>ema</c>, <c>params_ema</c> (averaged weights first, as timm does),
    /// <c>state_dict</c>, <c>model_state_dict</c>, <c>model_state</c>, <c>model</c>, <c>net</c>, <c>network</c>, <c>module</c>, <c>params</c>,
    /// <c>weights</c>, <c>backbone</c>, <c>encoder</c>, <c>state</c>; else the top level, else the first other key with convolutions, except
    /// optimizers. A model saved whole with <c>torch.save(model)</c> has the tensors of its <c>state_dict()</c>.
    /// </para>
    /// <para>
    /// Python objects other than tensors (arguments, counters, NumPy values, devices, paths, instances of any class) become placeholders. Nothing is
    /// imported or executed, and their contents are ignored. A file that refers to commands (<c>os.system</c>, <c>builtins.eval</c>,
    /// <c>torch.load</c>, ...) is refused.
    /// </para>
    /// </remarks>
    /// <param name="path">The path of the file.</param>
    /// <returns>The tensors with the names and in the order of the file, converted to float32.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist, or the path is a folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, damaged or of an unsupported format, refers to Python code that is not allowed, or contains NaN or infinite values.
    /// </exception>
    public static StateDict Read(string path)
    {
        using WeightSource source = WeightSource.Open(path);
        StateDict weights = Read(source);
        return WeightValues.FindMistake(weights) is { } mistake ? throw source.Refuse(mistake) : weights;
    }

    /// <summary>
    /// Reads a file like <see cref="Read(string)"/>, but accepts NaN and infinite values, which the state of an optimizer may contain.
    /// </summary>
    internal static StateDict ReadAnyValues(string path)
    {
        using WeightSource source = WeightSource.Open(path);
        return Read(source);
    }

    private static StateDict Read(WeightSource source)
    {
        foreach (WeightFormat format in WeightFormat.All)
        {
            if (format.Recognizes(source))
                return format.Read(source);
        }
        string accepted = string.Join(", ", WeightFormat.All.Select(format => format.Name));
        throw source.Refuse($"is {FileDescription.Describe(source)}; accepted are {accepted}.");
    }
}
