using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;

namespace ResNeXt.Core.Weights;

/// <summary>Reads weights files of any known format; which one it is, the content tells, not the name.</summary>
/// <remarks>
/// Files are taken to be hostile: nothing in them is executed, and every size in them is checked against the real length of the file before
/// memory is taken for it.
/// </remarks>
public static class WeightFile
{
    /// <summary>
    /// Reads all tensors of a safetensors file, of a PyTorch checkpoint (zip, legacy or tar), of an ONNX model that <see cref="Onnx.OnnxExporter"/>
    /// wrote, or of a pipeline with a ResNeXt that ML.NET saved. Integers that no layer has, such as <c>num_batches_tracked</c>, are left out.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Of a checkpoint it takes the dictionary under the first of these keys that has tensors, at any depth: <c>state_dict_ema</c>,
    /// <c>model_ema</c>, <c>ema_state_dict</c>, <c>ema_model</c>, <c>ema</c>, <c>params_ema</c> (averaged weights first, as timm does),
    /// <c>state_dict</c>, <c>model_state_dict</c>, <c>model_state</c>, <c>model</c>, <c>net</c>, <c>network</c>, <c>module</c>, <c>params</c>,
    /// <c>weights</c>, <c>backbone</c>, <c>encoder</c>, <c>state</c>; else the top, else the first other key with convolutions, optimizers aside. A
    /// whole model saved with <c>torch.save(model)</c> gives the tensors of its <c>state_dict()</c>.
    /// </para>
    /// <para>
    /// Python objects beside the tensors (arguments, counters, NumPy values, devices, paths, classes of any module) become placeholders: nothing is
    /// imported or executed, and what they hold is not looked at. A file that names commands (<c>os.system</c>, <c>builtins.eval</c>,
    /// <c>torch.load</c>, ...) is refused.
    /// </para>
    /// </remarks>
    /// <param name="path">Path of the file.</param>
    /// <returns>The tensors under the file's own names and in its order, widened or narrowed to float32.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the path is a folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, damaged, of no known format, or asks for something that is not allowed; or a value is NaN or infinite.
    /// </exception>
    public static StateDict Read(string path)
    {
        using WeightSource source = WeightSource.Open(path);
        StateDict weights = Read(source);
        return WeightValues.FindMistake(weights) is { } mistake ? throw source.Refuse(mistake) : weights;
    }

    /// <summary>As <see cref="Read(string)"/>, with values of any kind: what an optimizer remembers may be infinite.</summary>
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
