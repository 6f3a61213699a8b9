using ResNeXt.Core.Files;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Safetensors;

namespace ResNeXt.Core.Weights;

/// <summary>Writes weights as safetensors, a file format that contains only tensors and metadata. <see cref="WeightFile"/> reads it.</summary>
public static class SafetensorsFile
{
    /// <summary>
    /// Writes all tensors in order as float32, bit for bit, the metadata, and a checksum of both, which <see cref="WeightFile"/> verifies.
    /// </summary>
    /// <param name="path">
    /// The path of the file. An existing file is replaced once the new one is complete, and stays unchanged if writing fails.
    /// </param>
    /// <param name="weights">The weights to write.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is blank or a folder, the number of values of a tensor does not match its shape, a value is not finite, or the names
    /// and metadata exceed 16 MB.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, StateDict weights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(weights);
        if (WeightValues.FindMistake(weights) is { } mistake)
            throw new ArgumentException($"The state dict {mistake}", nameof(weights));
        WriteAnyValues(path, weights);
    }

    /// <summary>Writes a file like <see cref="Write"/>, but accepts NaN and infinite values, which the state of an optimizer may contain.</summary>
    internal static void WriteAnyValues(string path, StateDict weights)
    {
        if (Directory.Exists(path))
            throw new ArgumentException($"The weights path '{path}' is a folder; give the path of a file in it.", nameof(path));
        byte[] header = SafetensorsWriter.Header(weights);
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, header, weights));
    }
}
