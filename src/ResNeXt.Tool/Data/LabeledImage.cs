using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ResNeXt.Tool.Data;

/// <summary>A row for <c>LoadFromEnumerable</c>: an image, its class and its name. The image is decoded when its column is first read.</summary>
public sealed class LabeledImage(Func<MLImage> decode, string label, string name) : IDisposable
{
    private MLImage? _image;

    /// <summary>The image, of any size. It is disposed of with the row.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    [AnyImageType]
    public MLImage Image
    {
        get => _image ??= decode();
        // ML.NET creates columns only for properties with a setter.
        init => _image = value;
    }

    /// <summary>The name of the class.</summary>
    public string Label { get; init; } = label;

    /// <summary>The origin of the image: its path, or the path of a file with the index of the image in it.</summary>
    public string Name { get; init; } = name;

    /// <inheritdoc/>
    public void Dispose() => _image?.Dispose();
}
