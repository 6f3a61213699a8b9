using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Safetensors;

namespace ResNeXt.Core.Weights;

/// <summary>Writes tensors as safetensors, the format that holds nothing but numbers; <see cref="WeightFile"/> reads it.</summary>
public static class SafetensorsFile
{
    /// <summary>
    /// Writes all tensors as float32 in their order, and the metadata with a checksum of all of it, which <see cref="WeightFile"/> compares. The bits
    /// of every value are kept.
    /// </summary>
    /// <param name="path">
    /// Path of the file. It is replaced at once when everything is written; until then, and after a failure, it is as it was.
    /// </param>
    /// <param name="weights">What to write.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is blank or a folder, a tensor has another number of values than its shape, or the metadata exceeds 16 MB.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, StateDict weights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(weights);
        if (Directory.Exists(path))
            throw new ArgumentException($"The weights path '{path}' is a folder; give the path of a file in it.", nameof(path));
        byte[] header = SafetensorsWriter.Header(weights);
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, header, weights));
    }
}
