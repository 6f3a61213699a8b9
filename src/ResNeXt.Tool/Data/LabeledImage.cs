using Microsoft.ML.Data;
using ResNeXt.Core.Files;
using ResNeXt.MLNet.Images;

namespace ResNeXt.Tool.Data;

/// <summary>A row for <c>LoadFromEnumerable</c>: an image, its class and its name. The image is decoded when its column is first read.</summary>
public sealed class LabeledImage(Func<MLImage> decode, string label, string name) : IDisposable
{
    private MLImage? _image;
    private byte[]? _content;

    /// <summary>The image, of any size. It is disposed of with the row.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    [AnyImageType]
    public MLImage Image
    {
        get => _image ??= decode();
        // ML.NET creates columns only for properties with a setter.
        init => _image = value;
    }

    /// <summary>The bytes of the image file, for models that were trained on such a column.</summary>
    /// <exception cref="InvalidDataException">The image is no file of its own, or longer than <see cref="ImageDecoder.MaximumLength"/>.</exception>
    public byte[] Content
    {
        get => _content ??= Read();
        init => _content = value;
    }

    /// <summary>The name of the class.</summary>
    public string Label { get; init; } = label;

    /// <summary>The origin of the image: its path, or the path of a file with the index of the image in it.</summary>
    public string Name { get; init; } = name;

    /// <inheritdoc/>
    public void Dispose() => _image?.Dispose();

    private byte[] Read()
    {
        if (!File.Exists(Name))
            throw new InvalidDataException($"'{Name}' is not an image file, and the model takes the bytes of image files. Give it a folder of images.");
        // Pipes and devices have the length 0. For what must not be read, the decoder has the message.
        long length = FileLength.Of(Name);
        if (length == 0 || length > ImageDecoder.MaximumLength)
            ImageDecoder.Check(Name);
        return File.ReadAllBytes(Name);
    }
}
