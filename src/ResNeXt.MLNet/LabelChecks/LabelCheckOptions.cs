using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.LabelChecks.Signals;

namespace ResNeXt.MLNet.LabelChecks;

/// <summary>The options of <see cref="LabelCheckCatalog.CheckLabels"/>.</summary>
public sealed record LabelCheckOptions
{
    /// <summary>The value of <see cref="Weights"/> for features without a network.</summary>
    public const string NoWeights = FeatureSource.NoWeights;

    /// <summary>
    /// The weights of the network that computes the features: the path of a file, the name of pretrained weights, or <see cref="NoWeights"/> for
    /// simple features of colors and edges.
    /// </summary>
    /// <value>Default null: the best pretrained weights on this machine, or else the simple features.</value>
    public string? Weights { get; init; }

    /// <summary>The name of the network that <see cref="Weights"/> are for.</summary>
    /// <value>Default null: the file says it.</value>
    public string? Architecture { get; init; }

    /// <summary>Where pretrained weights are looked for, and whether they may be downloaded.</summary>
    /// <value>Default: folders of this machine only; nothing is downloaded.</value>
    public PretrainedOptions Pretrained { get; init; } = new();

    /// <summary>A folder of validation images, with one folder per class, in which copies of the images are looked for.</summary>
    /// <value>Default null: none.</value>
    public string? ValidationFolder { get; init; }

    /// <summary>The seed of the folds; the same seed gives the same result.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The listener that gets the number of images whose features are computed.</summary>
    /// <value>Default null: none.</value>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Ends the check with an <see cref="OperationCanceledException"/>.</summary>
    /// <value>Default: never.</value>
    public CancellationToken CancellationToken { get; init; }
}
