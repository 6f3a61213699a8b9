using System.Collections.Immutable;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>The classes of ImageNet's classification challenge.</summary>
public static class ImageNetClasses
{
    private const string Resource = "ResNeXt.Core.ImageNetClasses.txt";

    private static readonly Lazy<ImmutableArray<string>> List = new(Read);

    /// <summary>The names of the 1000 classes, in the order of the last layer's outputs, as torchvision gives them; no name occurs twice.</summary>
    public static ImmutableArray<string> Names => List.Value;

    private static ImmutableArray<string> Read()
    {
        using Stream resource = typeof(ImageNetClasses).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(resource);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
