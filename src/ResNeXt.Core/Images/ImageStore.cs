using System.Runtime.InteropServices;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Images;

/// <summary>
/// A dataset of decoded images, which are added one by one and then read in any order. Images whose pixels are whole numbers from 0 to 255 are stored
/// as bytes, others as floats. Images beyond a memory limit go to a temporary file, which only the user can read, and which the operating system
/// removes when the process ends, if not earlier.
/// </summary>
public sealed class ImageStore : IImageDataset, IDisposable
{
    private readonly long _memoryLimit;
    private readonly List<int> _labels = [];
    private readonly List<Entry> _entries = [];
    private readonly PixelStatistics _statistics;
    private readonly byte[] _scratch;
    private FileStream? _file;
    private long _fileLength;
    private long _memoryUsed;

    /// <summary>Creates an empty store.</summary>
    /// <param name="shape">The shape of every image.</param>
    /// <param name="memoryLimit">The bytes of pixels to keep in memory; the rest goes to the temporary file.</param>
    public ImageStore(ImageShape shape, long memoryLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memoryLimit);
        Shape = shape;
        _memoryLimit = memoryLimit;
        _statistics = new PixelStatistics(shape);
        _scratch = new byte[PixelEncoding.MostBytes(shape.Length)];
    }

    /// <inheritdoc/>
    public ImageShape Shape { get; }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <summary>
    /// 0 to 255 if all pixels are whole numbers in this range and some are above 1, else the lowest and the highest value of all images.
    /// </summary>
    public PixelRange Range => _statistics.Range;

    /// <summary>Whether some of the images are in the temporary file.</summary>
    public bool UsesFile => _file is not null;

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <summary>Adds an image. Not safe while other threads read.</summary>
    /// <param name="pixels">The pixels: <see cref="ImageShape.Length"/> finite values, planar.</param>
    /// <param name="label">The class of the image, from 0.</param>
    /// <exception cref="ArgumentException">The length is wrong, or a value is not finite.</exception>
    /// <exception cref="IOException">
    /// The image goes to the temporary file, and the folder for temporary files is missing, full or read-only.
    /// </exception>
    public void Add(ReadOnlySpan<float> pixels, int label)
    {
        if (pixels.Length != Shape.Length)
        {
            throw new ArgumentException(
                $"Image {Count} has {pixels.Length} values; {Shape.Channels} x {Shape.Height} x {Shape.Width} needs {Shape.Length}.");
        }
        _statistics.Add(pixels);
        _entries.Add(Keep(PixelEncoding.Encode(pixels, _scratch)));
        _labels.Add(label);
    }

    /// <inheritdoc/>
    public void CopyTo(int index, Span<float> pixels)
    {
        Entry entry = _entries[index];
        Span<float> target = pixels[..Shape.Length];
        Read(entry, MemoryMarshal.AsBytes(target)[^entry.Length..]);
        PixelEncoding.DecodeLast(target, entry.Length);
    }

    /// <summary>
    /// Computes the mean and standard deviation of every channel over all images. A channel that is constant, or varies by less than 0.00001 of its
    /// mean, gets the standard deviation 1.
    /// </summary>
    /// <exception cref="InvalidOperationException">The store is empty.</exception>
    public PixelNormalization MeasureNormalization() => _statistics.Normalization();

    /// <summary>Frees the memory and removes the temporary file.</summary>
    public void Dispose()
    {
        _entries.Clear();
        _file?.Dispose();
    }

    private Entry Keep(ReadOnlySpan<byte> encoded)
    {
        if (_memoryUsed + encoded.Length <= _memoryLimit)
        {
            _memoryUsed += encoded.Length;
            return new Entry(encoded.ToArray(), 0, encoded.Length);
        }
        try
        {
            _file ??= TemporaryStorage.CreateFile("pixels");
            RandomAccess.Write(_file.SafeFileHandle, encoded, _fileLength);
        }
        catch (Exception exception) when (TemporaryStorage.Blame(exception) is { } blame)
        {
            throw blame;
        }
        var entry = new Entry(null, _fileLength, encoded.Length);
        _fileLength += encoded.Length;
        return entry;
    }

    private void Read(Entry entry, Span<byte> target)
    {
        if (entry.Memory is not null)
        {
            entry.Memory.CopyTo(target);
            return;
        }
        for (int done = 0; done < target.Length;)
        {
            int read = RandomAccess.Read(_file!.SafeFileHandle, target[done..], entry.Offset + done);
            if (read == 0)
            {
                throw new EndOfStreamException("The temporary file with decoded images was cut off. "
                    + "Check the free space of the temporary folder and train again.");
            }
            done += read;
        }
    }

    private readonly record struct Entry(byte[]? Memory, long Offset, int Length);
}
