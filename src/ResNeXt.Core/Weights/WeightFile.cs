namespace ResNeXt.Core.Weights;

/// <summary>Reads weights files of any known format; which one it is, the content tells, not the name.</summary>
/// <remarks>
/// Files are taken to be hostile: nothing in them is executed, and every size in them is checked against the real length of the file before
/// memory is taken for it.
/// </remarks>
public static class WeightFile
{
    /// <summary>
    /// Reads all tensors of a safetensors file, of a PyTorch checkpoint (zip, legacy or tar), of an ONNX model that <see cref="Onnx.OnnxWriter"/>
    /// wrote, or of a pipeline with a ResNeXt that ML.NET saved. Of a checkpoint it takes the dictionary under
    /// <c>state_dict</c>, <c>model_state_dict</c> or <c>model</c> where there is one, and leaves out integer counters named
    /// <c>num_batches_tracked</c>.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The tensors under the file's own names and in its order, widened or narrowed to float32.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the path is a folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, damaged, of no known format, or asks for something that is not allowed; or a value is NaN or infinite.
    /// </exception>
    public static WeightSet Read(string path)
    {
        using WeightSource source = WeightSource.Open(path);
        WeightSet weights = Read(source);
        return WeightValues.FindMistake(weights) is { } mistake ? throw source.Refuse(mistake) : weights;
    }

    /// <summary>As <see cref="Read(string)"/>, with values of any kind: what an optimizer remembers may be infinite.</summary>
    internal static WeightSet ReadAnyValues(string path)
    {
        using WeightSource source = WeightSource.Open(path);
        return Read(source);
    }

    private static WeightSet Read(WeightSource source)
    {
        foreach (WeightFormat format in WeightFormat.All)
        {
            if (format.Recognises(source))
                return format.Read(source);
        }
        string accepted = string.Join(", ", WeightFormat.All.Select(format => format.Name));
        throw source.Refuse($"is {FileImpression.Describe(source)}; accepted are {accepted}.");
    }
}
