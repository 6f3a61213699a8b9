using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring;
using ResNeXt.MLNet.Training;
using static System.FormattableString;

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
        new OptionChecks(_options).Run();
        _services = services;
        _architecture = Architectures.Get(_options.Architecture);
        _seed = _options.Seed ?? services.Environment.Register(nameof(ResNeXtTrainer)).Rand.Next();
    }

    /// <summary>Trains a network and wraps it for scoring.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The fitted transformer; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">
    /// Columns or rows are not fit for training, the network is too large for an ONNX model, or the loss diverged; the message says what to do.
    /// </exception>
    /// <exception cref="IOException">The folder for temporary files is missing, full or read-only.</exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="Options.CancellationToken"/> was cancelled, or <see cref="Options.StopToken"/> before the first epoch had ended.
    /// </exception>
    public ResNeXtTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using TrainingStart start = Start(input, log);
        TrainingResult outcome = Train(start, log);
        LabeledSets sets = start.Sets;
        var columns = new ScoringColumns(sets.Feature, _options.ScoreColumnName, _options.PredictedLabelColumnName, sets.Labels);
        return ResNeXtTransformer.Of(_services, columns.AddTo(new ClassifierModel
        {
            Architecture = _architecture,
            Weights = start.Network.GetWeights(),
            ClassNames = sets.Labels.Names,
            Shape = sets.Feature.Shape,
            Normalization = start.Normalization,
        }), start.Network, outcome);
    }

    /// <summary>Trains for some steps with growing learning rates, before any training, and proposes the one for <see cref="Options.LearningRate"/>.</summary>
    /// <param name="input">The training rows, as for <see cref="Fit"/>.</param>
    /// <param name="range">The rates to try; null for 0.00001 to 1 in 100 steps.</param>
    /// <returns>The curve, with the proposal or the reason why there is none.</returns>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Options.CancellationToken"/> was cancelled.</exception>
    public LearningRateCurve FindLearningRate(IDataView input, LearningRateRange? range = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using TrainingStart start = Start(input, log);
        LearningRateCurve curve = new LearningRateFinder(start.Network, start.Normalization, _options.Training(_seed, start.Sets.Labels.Names, _services))
            .Find(start.Sets.Training, range, _options.CancellationToken);
        log.Info(MessageSensitivity.None, "{0}", curve.Verdict);
        return curve;
    }

    /// <summary>Draws what the network would see of some images, so that people can look at it before they train.</summary>
    /// <param name="input">The training rows, as for <see cref="Fit"/>.</param>
    /// <param name="path">The PNG to write; its folder must exist. A row per image under the name of its class: the image itself, then what the recipe makes of it epoch after epoch.</param>
    /// <param name="images">How many images, spread evenly over the training rows; the sheet has fewer where there are fewer. At least 1.</param>
    /// <param name="epochs">How many epochs. At least 1.</param>
    /// <remarks>Mixup and cutmix, which in training blend an image with others of its batch, blend the images of the sheet with each other. Captions need a font of the system: without any, the sheet has none.</remarks>
    /// <exception cref="ArgumentException">A number is out of range, or the sheet would be too large.</exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void SaveContactSheet(IDataView input, string path, int images = 8, int epochs = 7)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using TrainingStart start = Start(input, log);
        IImageDataset training = start.Sets.Training;
        var preview = new AugmentationPreview(training, start.Normalization, _options.EffectiveRecipe.Augmentation, _seed);
        int rows = Math.Min(images, training.Count);
        var captions = new SheetCaptions(
            ["original", .. Enumerable.Range(1, Math.Max(epochs, 0)).Select(epoch => Invariant($"epoch {epoch}"))],
            [.. preview.Shown(rows).Select(index => start.Sets.Labels.Names[training.Label(index)])]);
        ContactSheet.Write(path, preview.Draw(rows, epochs), training.Shape, training.Range, columns: epochs + 1, captions);
    }

    /// <summary>The columns after the transformer, before anything is trained.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return OutputShape.Of(_services, _options, inputSchema);
    }

    private TrainingStart Start(IDataView input, IChannel log) => TrainingStart.Prepare(_services, _options, _architecture, _seed, input, log);

    private TrainingResult Train(TrainingStart start, IChannel log)
    {
        LabeledSets sets = start.Sets;
        TrainingOptions options = _options.Training(_seed, sets.Labels.Names, _services);
        CheckpointFolder? checkpoints = _options.CheckpointDirectory is { } folder
            ? new(folder, _options.Resume, CheckpointFolder.Identity(_architecture, options, start.Normalization, sets.Training, sets.Validation),
                TimeSpan.FromMinutes(_options.CheckpointMinutes), _options.CheckpointsKept)
            : null;
        return new ClassifierTrainer(start.Network, start.Normalization, options)
            .Train(sets.Training, sets.Validation, new TrainingLog(log, _options.Progress, _options.BatchProgress).Monitor, checkpoints, _options.CancellationToken, _options.StopToken);
    }
}
