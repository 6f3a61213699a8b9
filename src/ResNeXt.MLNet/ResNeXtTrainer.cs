using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Training;

namespace ResNeXt.MLNet;

/// <summary>Trains a ResNet or ResNeXt image classifier; made by <c>mlContext.MulticlassClassification.Trainers.ResNeXt(...)</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>Label (in)</term><description>Key; the classes. Rows without a label are left out.</description></item>
/// <item><term>Features (in)</term><description><c>MLImage</c>, or a vector of Single with the pixels, planar or interleaved, on any scale.</description></item>
/// <item><term>Score (out)</term><description>Vector of Single: one probability per class, slot names are the class names.</description></item>
/// <item><term>PredictedLabel (out)</term><description>Key with the label's key values: the most probable class.</description></item>
/// </list>
/// Trains with TorchSharp, so the application references TorchSharp-cpu; scores with ONNX Runtime. Normalisation happens inside the network.
/// Exportable to ONNX: yes. Needs no caching: the rows are read once.
/// </remarks>
public sealed partial class ResNeXtTrainer : IEstimator<ResNeXtTransformer>
{
    private readonly MLServices _services;
    private readonly Options _options;
    private readonly Architecture _architecture;
    private readonly int _seed;

    internal ResNeXtTrainer(MLServices services, Options options)
    {
        _options = options with { PixelMean = options.PixelMean?.ToArray(), PixelStd = options.PixelStd?.ToArray() };
        _options.Validate();
        _services = services;
        _architecture = Architectures.Get(_options.Architecture);
        _seed = _options.Seed ?? services.Environment.Register(nameof(ResNeXtTrainer)).Rand.Next();
    }

    /// <summary>Trains a network and wraps it for scoring.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The fitted transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training, or the loss diverged; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Options.CancellationToken"/> was cancelled.</exception>
    public ResNeXtTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using var sets = LabeledSets.Read(_services, _options, _architecture, _seed, input, log);
        using var network = new ResidualNetwork(_architecture, sets.Labels.Names.Count, _seed);
        PixelNormalization? ofWeights = LoadInitialWeights(network, sets.Labels.Names, log);
        PixelNormalization normalization = _options.Normalization ?? ofWeights ?? sets.MeasureNormalization();
        TrainingOutcome outcome = Train(network, normalization, sets, log);
        var columns = new ScoringColumns(sets.Feature, _options.ScoreColumnName, _options.PredictedLabelColumnName, sets.Labels);
        return ResNeXtTransformer.Of(_services, columns.AddTo(new ClassifierModel
        {
            Architecture = _architecture,
            Weights = network.GetWeights(),
            ClassNames = sets.Labels.Names,
            Shape = sets.Feature.Shape,
            Normalization = normalization,
        }), network, outcome);
    }

    /// <summary>The columns after the transformer, before anything is trained.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return OutputShape.Of(_services, _options, inputSchema);
    }

    private PixelNormalization? LoadInitialWeights(ResidualNetwork network, IReadOnlyList<string> classNames, IChannel log)
    {
        if (_options.InitialWeights is not { } path)
            return null;
        WeightSet file = WeightFile.Read(path);
        foreach (string note in InitialWeights.Load(network, classNames, file, path))
            log.Info(MessageSensitivity.None, "{0}", note);
        return ModelMetadata.Normalization(file.Metadata) ?? PixelNormalization.ImageNet;
    }

    private TrainingOutcome Train(ResidualNetwork network, PixelNormalization normalization, LabeledSets sets, IChannel log)
    {
        TrainingOptions options = _options.Training(_seed, sets.Labels.Names);
        CheckpointFolder? checkpoints = _options.CheckpointDirectory is { } folder
            ? new(folder, _options.Resume, CheckpointFolder.Identity(_architecture, options, normalization, sets.Training, sets.Validation),
                TimeSpan.FromMinutes(_options.CheckpointMinutes), _options.CheckpointsKept)
            : null;
        return new ClassifierTrainer(network, normalization, options)
            .Train(sets.Training, sets.Validation, new TrainingLog(log, _options.Progress).Monitor, checkpoints, _options.CancellationToken);
    }
}
