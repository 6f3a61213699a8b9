using Microsoft.ML.Data;
using ResNeXt.MLNet.Images;

namespace ResNeXt.Tool.Data;

/// <summary>A row for <c>LoadFromEnumerable</c>: an image that is decoded when its column is first asked for, its class and its name.</summary>
public sealed class LabeledImage(Func<MLImage> decode, string label, string name) : IDisposable
{
    private MLImage? _image;

    /// <summary>The image, of any size; it belongs to this row and ends with it.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    [AnyImageType]
    public MLImage Image
    {
        get => _image ??= decode();
        // ML.NET makes columns only of properties that it could also set.
        init => _image = value;
    }

    /// <summary>Its class.</summary>
    public string Label { get; init; } = label;

    /// <summary>Where it comes from: a path, or a file with the image's number in it.</summary>
    public string Name { get; init; } = name;

    /// <inheritdoc/>
    public void Dispose() => _image?.Dispose();
}
