using System.Globalization;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.MLNet.Scoring;

namespace ResNeXt.MLNet;

/// <summary>Classes, columns and pixels of a scorer that <see cref="ResNeXtTransformer.FromWeights"/> makes.</summary>
public sealed record WeightsOptions
{
    /// <summary>The names of the classes, in the order of the last layer's outputs.</summary>
    /// <value>Default null: what the file says, else their indices from 0.</value>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The column with the images or pixels.</summary>
    /// <value>Default <c>Features</c>.</value>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Whether that column holds <c>MLImage</c>; if not, vectors of floats.</summary>
    /// <value>Default false.</value>
    public bool FeatureIsImage { get; init; }

    /// <summary>The order of the values of a vector.</summary>
    /// <value>Default planar, as <c>ExtractPixels</c> makes it by default.</value>
    public PixelLayout PixelLayout { get; init; } = PixelLayout.Planar;

    /// <summary>The column to write the probabilities to.</summary>
    /// <value>Default <c>Score</c>.</value>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column to write the most probable class to.</summary>
    /// <value>Default <c>PredictedLabel</c>.</value>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Side of the images in pixels.</summary>
    /// <value>Default null: 224, or 32 for <c>*_cifar</c>.</value>
    public int? ImageSize { get; init; }

    /// <summary>Mean and standard deviation, on the scale of the pixels.</summary>
    /// <value>Default null: what the file says, else ImageNet's on 0..255.</value>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>The classifier that weights make with these options.</summary>
    internal ClassifierModel Model(Architecture architecture, StateDict file, string source)
    {
        CheckColumns();
        int size = ImageSize ?? architecture.DefaultImageSize;
        architecture.CheckImageSize(size);
        int classes = StateDictMatcher.ClassesOf(architecture, file, source) ?? ClassNames?.Count ?? 1;
        StateDictMatch match = StateDictMatcher.WithHead(architecture, classes, file, source);
        IReadOnlyList<string> names = ClassNames ?? ModelMetadata.ClassNames(file.Metadata) ?? [.. Enumerable.Range(0, classes).Select(index => index.ToString(CultureInfo.InvariantCulture))];
        if (names.Count != classes)
            throw new ArgumentException($"{names.Count} class names are given; the last layer in '{source}' is for {classes} classes. Give one name per class.");
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The class name '{twice.Key}' is given twice; every class needs a name of its own.");
        return new ClassifierModel
        {
            Architecture = architecture,
            Weights = match.Weights,
            ClassNames = names,
            Shape = new ImageShape(architecture.InputChannels, size, size),
            Normalization = Normalization ?? ModelMetadata.Normalization(file.Metadata) ?? PixelNormalization.ImageNet,
        };
    }

    private void CheckColumns()
    {
        foreach ((string option, string name) in new[]
        {
            (nameof(FeatureColumnName), FeatureColumnName), (nameof(ScoreColumnName), ScoreColumnName),
            (nameof(PredictedLabelColumnName), PredictedLabelColumnName),
        })
        {
            if (string.IsNullOrWhiteSpace(name))
                throw new ArgumentException($"{option} is empty; name a column.");
        }
        if (ScoreColumnName == PredictedLabelColumnName)
            throw new ArgumentException($"ScoreColumnName and PredictedLabelColumnName are both '{ScoreColumnName}'; they must differ.");
    }
}
