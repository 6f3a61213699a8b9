using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>The content of a weights file that was given by its path or by the name of pretrained weights, and what is known of it.</summary>
/// <param name="Weights">The tensors, and the metadata of the file.</param>
/// <param name="Path">The path of the file.</param>
/// <param name="Known">The pretrained weights whose file it is; null for any other file.</param>
internal sealed record LoadedWeights(StateDict Weights, string Path, PretrainedWeights? Known)
{
    /// <summary>Whether the weights were asked for by name.</summary>
    public bool IsNamed { get; private init; }

    /// <summary>The network that the file is for, as its content or the table of pretrained weights says; null if neither does.</summary>
    public Architecture? Architecture => ModelMetadata.Architecture(Weights.Metadata) ?? (Known is null ? null : Architectures.Get(Known.Architecture));

    /// <summary>The normalization that the network was trained with; null if it is not known.</summary>
    public PixelNormalization? Normalization => ModelMetadata.Normalization(Weights.Metadata) ?? Known?.Normalization;

    /// <summary>Whether the model that the file is from scores images together with their mirror images.</summary>
    public bool TestTimeFlip => ModelMetadata.TestTimeFlip(Weights.Metadata);

    /// <summary>Reads weights.</summary>
    /// <param name="pathOrName">The path of a file, or the name of pretrained weights.</param>
    /// <param name="architecture">The name of the network that they are for; null for any.</param>
    /// <param name="options">Where pretrained weights are looked for; null for the defaults.</param>
    /// <param name="needsClasses">Whether pretrained weights must have the last layer.</param>
    /// <param name="cancellationToken">Cancels a download.</param>
    /// <exception cref="ArgumentException">The name is unknown, or there are no pretrained weights for the network.</exception>
    /// <exception cref="IOException">The file does not exist, or cannot be downloaded.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of an unsupported format.</exception>
    public static LoadedWeights Read(
        string pathOrName, string? architecture, PretrainedOptions? options, bool needsClasses = false, CancellationToken cancellationToken = default)
    {
        if (!PretrainedWeights.IsName(pathOrName))
            return new(WeightFile.Read(pathOrName), pathOrName, PretrainedWeights.All.FirstOrDefault(known => known.FileName == System.IO.Path.GetFileName(pathOrName)));
        PretrainedFile file = PretrainedFile.Find(new PretrainedRequest(pathOrName, architecture, needsClasses), options, cancellationToken);
        return new(WeightFile.Read(file.Path), file.Path, file.Weights) { IsNamed = true };
    }

    /// <summary>
    /// Gets the network to use: the one that was asked for; but the file's if none was asked for, or if the weights were asked for by name, because
    /// they may be for a variant with another number of blocks.
    /// </summary>
    /// <param name="asked">The name of the network that was asked for; null for none.</param>
    /// <returns>The network; null if none was asked for and the file does not say which one it is for.</returns>
    public Architecture? ArchitectureFor(string? asked) =>
        (IsNamed || asked is null ? Architecture : null) ?? (asked is null ? null : Architectures.Get(asked));

    /// <summary>Gets the network to use, like <see cref="ArchitectureFor"/>.</summary>
    /// <exception cref="InvalidDataException">No network was asked for, and the file does not say which one it is for.</exception>
    public Architecture RequiredArchitectureFor(string? asked) => ArchitectureFor(asked)
        ?? throw new InvalidDataException($"'{Path}' does not say which network it is for; name the architecture as well.");

    /// <summary>Gets the shape of the images that the network was trained on; the network's default if the file does not say it.</summary>
    /// <param name="architecture">The network.</param>
    public ImageShape ShapeFor(Architecture architecture) => ModelMetadata.Shape(Weights.Metadata) ?? architecture.SquareImages();

    /// <summary>Gets the names of the classes in the last layer; null if they are not known.</summary>
    /// <param name="architecture">The network.</param>
    public IReadOnlyList<string>? ClassNames(Architecture architecture) => ModelMetadata.ClassNames(Weights.Metadata)
        ?? (Known is { HasClasses: true } && StateDictMatcher.ClassesOf(architecture, Weights, Path) == ImageNetClasses.Names.Length ? ImageNetClasses.Names : null);
}
