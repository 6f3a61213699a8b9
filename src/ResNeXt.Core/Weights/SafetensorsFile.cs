using ResNeXt.Core.Weights.Safetensors;

namespace ResNeXt.Core.Weights;

/// <summary>Writes tensors as safetensors, the format that holds nothing but numbers; <see cref="WeightFile"/> reads it.</summary>
public static class SafetensorsFile
{
    /// <summary>Writes all tensors as float32 in their order, and the metadata. The bits of every value are kept.</summary>
    /// <param name="path">Path of the file. It is replaced at once when everything is written; until then, and after a failure, it is as it was.</param>
    /// <param name="weights">What to write.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is blank or a folder, a tensor has another number of values than its shape, or the metadata exceeds 16 MB.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, WeightSet weights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(weights);
        string fullPath = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(fullPath) ?? fullPath;
        if (Directory.Exists(fullPath))
            throw new ArgumentException($"The weights path '{path}' is a folder; give the path of a file in it.", nameof(path));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' for the weights file '{path}' does not exist; make it first.");
        byte[] header = SafetensorsWriter.Header(weights);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(fullPath)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                SafetensorsWriter.Write(stream, header, weights);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, fullPath, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
