using Microsoft.ML;
using Microsoft.ML.Data;
using ResNeXt.Core;
using ResNeXt.Core.Weights.Matching;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Features;
using ResNeXt.MLNet.Folders;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>Computes features: with a network, or the simple ones.</summary>
internal sealed class FeatureSource : IDisposable
{
    /// <summary>The value of the weights for the simple features.</summary>
    public const string NoWeights = "none";

    private const string ImageColumn = "Image", FeatureColumn = "Features";

    private readonly MLServices _services;
    private readonly ITransformer? _decoding;
    private readonly ResNeXtFeaturizingTransformer? _network;

    private FeatureSource(MLServices services, string description, ITransformer? decoding, ResNeXtFeaturizingTransformer? network) =>
        (_services, Description, _decoding, _network) = (services, description, decoding, network);

    /// <summary>Which features these are, for people.</summary>
    public string Description { get; }

    /// <summary>Chooses the features, and loads the network if there is one.</summary>
    /// <param name="services">The context.</param>
    /// <param name="weights">A path, a name or "none"; null for the best pretrained weights on this machine, or else the simple features.</param>
    /// <param name="architecture">The name of the network; null for the one that the file names.</param>
    /// <param name="options">Where pretrained weights are looked for.</param>
    public static FeatureSource Create(MLServices services, string? weights, string? architecture, PretrainedOptions options)
    {
        weights ??= options.Download || architecture is not null ? PretrainedWeights.Best : PretrainedFile.FindOnThisMachine(options)?.Weights.Name;
        if (weights is null || weights.Equals(NoWeights, StringComparison.OrdinalIgnoreCase))
            return new(services, SimpleFeatures.Description, null, null);
        string? known = architecture is null ? null : Architectures.Get(architecture).Name;
        LoadedWeights file = LoadedWeights.Read(weights, known, options);
        Architecture network = file.RequiredArchitectureFor(known);
        var featurizer = new ResNeXtFeaturizingEstimator(services, FeatureColumn, ImageColumn, network,
            StateDictMatcher.WithoutHead(network, file.Weights, $"'{file.Path}'"), new FeaturizerOptions { Normalization = file.Normalization, TestTimeFlip = true });
        IDataView none = services.Data.LoadFromEnumerable(Array.Empty<LabeledImageFile>());
        ITransformer decoding = new ImageDecodingEstimator(services.Transforms, ImageColumn, nameof(LabeledImageFile.ImagePath)).Fit(none);
        return new(services, $"{network.Name} with {file.Known?.Name ?? file.Path}", decoding, featurizer.Fit(decoding.Transform(none)));
    }

    /// <summary>Computes the features of images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="progress">The listener that gets the number of images that are done; null for none.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    public float[][] Compute(IReadOnlyList<ReadImage> images, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var features = new List<float[]>(images.Count);
        foreach (float[] ofImage in Rows(images))
        {
            cancellationToken.ThrowIfCancellationRequested();
            features.Add(ofImage);
            progress?.Report(features.Count);
        }
        return [.. features];
    }

    public void Dispose() => _network?.Dispose();

    private IEnumerable<float[]> Rows(IReadOnlyList<ReadImage> images) => _network is null
        ? images.Select(image => image.SimpleFeatures)
        : _network.Transform(_decoding!.Transform(_services.Data.LoadFromEnumerable(images.Select(image => image.File))))
            .GetColumn<float[]>(FeatureColumn);
}
