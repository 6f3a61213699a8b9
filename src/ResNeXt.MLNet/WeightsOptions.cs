using System.Globalization;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Options;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet;

/// <summary>The options of <see cref="ResNeXtTransformer.FromWeights(Microsoft.ML.MLContext, string, string, WeightsOptions?)"/>: classes, columns and pixels.</summary>
public sealed record WeightsOptions
{
    /// <summary>The names of the classes, in the order of the last layer's outputs.</summary>
    /// <value>
    /// Default null: the names in the file; for pretrained weights, which are recognized by name or by the name of their file,
    /// <see cref="ImageNetClasses.Names"/>; or else their indices from 0. One different name per class.
    /// </value>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The name of the feature column, with images or pixels.</summary>
    /// <value>Default <c>Features</c>.</value>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Whether the feature column holds <c>MLImage</c>; otherwise it holds vectors of <see cref="float"/>.</summary>
    /// <value>Default false.</value>
    public bool FeatureIsImage { get; init; }

    /// <summary>The order of the values of a vector; of no effect on images.</summary>
    /// <value>Default <see cref="PixelLayout.Planar"/>, as <c>ExtractPixels</c> makes it by default.</value>
    public PixelLayout PixelLayout { get; init; } = PixelLayout.Planar;

    /// <summary>The name of the output column with one probability per class.</summary>
    /// <value>Default <c>Score</c>.</value>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The name of the output column with the most probable class.</summary>
    /// <value>Default <c>PredictedLabel</c>.</value>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The side of the images, in pixels.</summary>
    /// <value>
    /// Default null: what the file says, or else 224 (32 for <c>*_cifar</c>). At least 32 (8 for <c>*_cifar</c>), at most 8192.
    /// </value>
    public int? ImageSize { get; init; }

    /// <summary>The mean and standard deviation of each channel, on the scale of the pixels.</summary>
    /// <value>Default null: what the file says, or else ImageNet's on the scale 0 to 255.</value>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>
    /// Whether to score every image together with its mirror image and to average the logits (test-time augmentation). Takes twice the time.
    /// </summary>
    /// <value>Default null: what the file says, or else false.</value>
    public bool? TestTimeFlip { get; init; }

    /// <summary>Where pretrained weights are looked for if they are given by name, and whether they may be downloaded.</summary>
    /// <value>Default: folders of this machine only; nothing is downloaded.</value>
    public PretrainedOptions Pretrained { get; init; } = new();

    /// <summary>The names of the classes of weights that do not name them; null for the class indices.</summary>
    internal IReadOnlyList<string>? ImageClassNames { get; init; }

    /// <summary>Makes the classifier that weights and these options describe.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="file">The weights.</param>
    /// <exception cref="ArgumentException">Lists every option that is out of range: its value, what is allowed.</exception>
    /// <exception cref="InvalidDataException">The weights are another network's.</exception>
    internal ClassifierModel ToModel(Architecture architecture, LoadedWeights file)
    {
        (StateDict weights, string source) = (file.Weights, file.Path);
        OptionErrors.ThrowIfAny(GetValidationErrors(architecture));
        int classes = StateDictMatcher.ClassesOf(architecture, weights, source) ?? ClassNames?.Count ?? 1;
        StateDictMatch match = StateDictMatcher.WithHead(architecture, classes, weights, source);
        IReadOnlyList<string> names = ClassNames ?? NamesOf(file, architecture, classes);
        OptionErrors.ThrowIfAny(GetClassNameErrors(names, classes, source));
        return new ClassifierModel
        {
            Architecture = architecture,
            Weights = match.Weights,
            ClassNames = names,
            Shape = ImageSize is { } size ? architecture.SquareImages(size) : file.ShapeFor(architecture),
            Normalization = Normalization ?? file.Normalization ?? PixelNormalization.ImageNet,
            TestTimeFlip = TestTimeFlip ?? file.TestTimeFlip,
        };
    }

    // Names in the file come before those of the images. Where one of them only counts the classes, their order is all that is known.
    private IReadOnlyList<string> NamesOf(LoadedWeights file, Architecture architecture, int classes)
    {
        string[] indices = [.. Enumerable.Range(0, classes).Select(index => index.ToString(CultureInfo.InvariantCulture))];
        IReadOnlyList<string>? inFile = ModelMetadata.ClassNames(file.Weights.Metadata);
        if (ImageClassNames is not { } ofImages)
            return file.ClassNames(architecture) ?? indices;
        if (inFile is not null && !inFile.SequenceEqual(indices) && !ofImages.SequenceEqual(indices))
            return inFile;
        return ofImages.Count == classes ? ofImages : file.ClassNames(architecture) ?? ofImages;
    }

    private IEnumerable<string> GetValidationErrors(Architecture architecture) =>
    [
        .. ColumnNames.GetEmptyNameErrors((ColumnNames.FeatureOption, FeatureColumnName), (ColumnNames.ScoreOption, ScoreColumnName),
            (ColumnNames.PredictedLabelOption, PredictedLabelColumnName)),
        .. ColumnNames.GetSameOutputErrors(ScoreColumnName, PredictedLabelColumnName),
        .. PixelOptionErrors.OfImageSize(ImageSize, architecture),
        .. PixelOptionErrors.OfNormalization(Normalization, architecture),
    ];

    private static IEnumerable<string> GetClassNameErrors(IReadOnlyList<string> names, int classes, string source)
    {
        if (names.Count != classes)
            yield return $"{names.Count} class names are given; the last layer in '{source}' is for {classes} classes. Give one name per class.";
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"The class name '{twice.Key}' is given twice; every class needs a name of its own.";
    }
}
