using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Files;

namespace ResNeXt.Tool.Data;

/// <summary>
/// A file in CIFAR-10's binary layout. Each record is an image of 32x32 pixels: one label byte, then 1,024 red, 1,024 green and 1,024 blue bytes. The
/// file <c>batches.meta.txt</c> in the same folder has the class names, one per line; without it they are "0" to "9".
/// </summary>
public sealed class CifarFile : ILabeledImages
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int RecordLength = 1 + 3 * Plane;
    private const int Classes = 10;
    private const int MostBytesOfNames = 100_000;

    private readonly string _path;

    private CifarFile(string path, int count, string[] classNames) => (_path, Count, ClassNames) = (path, count, classNames);

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public ImageDataViewType ImageType { get; } = new(Side, Side);

    /// <summary>Opens a file, and checks its length and labels.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not in this layout.</exception>
    public static CifarFile Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The CIFAR-10 file '{path}' does not exist.", path);

        long length = FileLength.Of(path);
        if (length == 0)
            throw new InvalidDataException($"The file '{path}' is empty: it holds no image. Give a file of CIFAR-10's binary version, such as data_batch_1.bin.");
        if (length % RecordLength != 0)
        {
            throw new InvalidDataException($"The file '{path}' is {length} bytes long, which is no whole number of {RecordLength}-byte CIFAR-10 records; "
                + "give a file of the binary version, such as data_batch_1.bin.");
        }
        var file = new CifarFile(path, checked((int)(length / RecordLength)), ReadClassNames(path));
        file.CheckLabels();
        return file;
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledImage> Rows()
    {
        int number = 0;
        foreach (byte[] record in Records())
        {
            using var row = new LabeledImage(() => ToImage(record), ClassNames[record[0]], $"{_path}#{number++}");
            yield return row;
        }
    }

    private static string[] ReadClassNames(string path)
    {
        string meta = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "batches.meta.txt");
        if (!File.Exists(meta))
            return [.. Enumerable.Range(0, Classes).Select(label => $"{label}")];

        if (FileKind.IsSpecial(meta) || new FileInfo(meta).Length > MostBytesOfNames)
            throw new InvalidDataException($"The file '{meta}' has to name {Classes} different classes, one a line, and is something else. Remove it.");
        string[] names = [.. File.ReadLines(meta).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Distinct().Count() != Classes || names.Length != Classes)
            throw new InvalidDataException($"The file '{meta}' has to name {Classes} different classes, one a line, but names {names.Distinct().Count()}.");
        return names;
    }

    private void CheckLabels()
    {
        int number = 0;
        foreach (byte[] record in Records())
        {
            if (record[0] >= Classes)
            {
                throw new InvalidDataException(
                    $"Image {number} of '{_path}' has the label {record[0]}, but CIFAR-10 has labels 0 to {Classes - 1}; give a file in its binary layout.");
            }
            number++;
        }
    }

    private IEnumerable<byte[]> Records()
    {
        using FileStream stream = File.OpenRead(_path);
        for (int left = Count; left > 0; left--)
        {
            byte[] record = new byte[RecordLength];
            stream.ReadExactly(record);
            yield return record;
        }
    }

    private static MLImage ToImage(byte[] record)
    {
        byte[] pixels = new byte[4 * Plane];
        for (int i = 0; i < Plane; i++)
        {
            pixels[4 * i] = record[1 + i];
            pixels[4 * i + 1] = record[1 + Plane + i];
            pixels[4 * i + 2] = record[1 + 2 * Plane + i];
            pixels[4 * i + 3] = byte.MaxValue;
        }
        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32, pixels);
    }
}
