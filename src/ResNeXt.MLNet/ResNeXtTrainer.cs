using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Probabilities;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Scoring.Columns;
using ResNeXt.MLNet.Training;
using static System.FormattableString;

namespace ResNeXt.MLNet;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> for training a ResNet or ResNeXt, a convolutional neural network that classifies images.
/// </summary>
/// <remarks>
/// <para>
/// To create this trainer, use
/// <see cref="ResNeXtCatalog.ResNeXt(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string)"/> or
/// <see cref="ResNeXtCatalog.ResNeXt(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/>.
/// </para>
/// <para>Input and output columns:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Label</c> (input)</term><description>Key: the classes. Rows with a missing label are left out.</description></item>
/// <item><term><c>Features</c> (input)</term><description>
/// <c>MLImage</c>; the bytes of image files (vector of <see cref="byte"/>); or a vector of <see cref="float"/> with the pixels, planar or
/// interleaved, on any scale.
/// </description></item>
/// <item><term><c>Score</c> (output)</term><description>
/// Vector of <see cref="float"/>: one probability per class. Its slot names are the class names.
/// </description></item>
/// <item><term><c>PredictedLabel</c> (output)</term><description>Key with the label's key values: the most probable class.</description></item>
/// </list>
/// <para>Trainer characteristics:</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No: the network normalizes pixels itself.</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, and the trainer keeps the decoded images.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>
/// ResNeXt.MLNet; for training also TorchSharp-cpu, or one of TorchSharp's CUDA packages.
/// </description></item>
/// <item><term>Exportable to ONNX</term><description>Yes: <see cref="ResNeXtTransformer.SaveOnnx"/>.</description></item>
/// </list>
/// </remarks>
/// <example>
/// Trains on a folder that holds one folder of images per class, and saves the model:
/// <code language="csharp">
/// var mlContext = new MLContext(seed: 1);
/// IDataView images = mlContext.Data.LoadFromImageFolder("flowers");
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
///     .Append(mlContext.Transforms.DecodeImages("Image", "ImagePath"))
///     .Append(mlContext.MulticlassClassification.Trainers.ResNeXt("Label", "Image", "resnet18"));
/// ITransformer model = pipeline.Fit(images);
/// mlContext.Model.Save(model, images.Schema, "model.zip");
/// </code>
/// </example>
public sealed partial class ResNeXtTrainer : IEstimator<ResNeXtTransformer>
{
    private readonly MLServices _services;
    private readonly TrainerSettings _settings;

    internal ResNeXtTrainer(MLServices services, Options options)
    {
        _services = services;
        _settings = options.ToSettings(services);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>A transformer that scores images with the network; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">
    /// <see cref="Options.ClassWeights"/> has a weight for a class that is not in the training set, or the recipe crops images to a size that they or
    /// the network do not allow.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Columns or rows are not fit for training, the network is too large for an ONNX model, or the loss diverged; the message says what to do.
    /// </exception>
    /// <exception cref="IOException">
    /// The folder for temporary files or checkpoints is missing, full or read-only; or after training, no transformer can be made of the weights, for
    /// this reason or any other. Then the weights are saved elsewhere, and the message says where.
    /// </exception>
    /// <exception cref="RankFailedException">
    /// A process of the <see cref="Options.Group"/> has died, does not answer, has failed, or differs from the others.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="Options.CancellationToken"/> was canceled, or <see cref="Options.StopToken"/> before the end of the first epoch.
    /// </exception>
    public ResNeXtTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using PreparedTraining training = InGroup(() => PreparedTraining.Prepare(_services, _settings, input, log));
        TrainingResult result = training.Train(log, InGroup(training.OpenCheckpoints));
        LabeledDatasets datasets = training.Datasets;
        var columns = new ScoringColumns(datasets.Feature, _settings.Columns.Score, _settings.Columns.PredictedLabel, datasets.Labels);
        ClassifierModel model = columns.AddTo(new ClassifierModel
        {
            Architecture = training.Network.Architecture,
            Weights = training.Network.GetWeights(),
            ClassNames = datasets.Labels.Names,
            Shape = datasets.Feature.Shape,
            Normalization = training.Normalization,
            TestTimeFlip = _settings.TestTimeFlip,
        });
        try
        {
            ProbabilityCalibration? calibration = ProbabilityFit.Measure(model, datasets.Validation, _settings, log);
            if (calibration is { IsApplied: true })
            {
                model = ProbabilityFit.Apply(model, calibration.Temperature);
                training.Network.SetWeights(model.Weights);
            }
            model = FeatureDistanceFit.AddTo(model, datasets, _settings, log);
            return ResNeXtTransformer.Of(_services, model, training.Network, result, calibration);
        }
        // Whatever it is, the weights are the result of long work.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw RescuedWeights.Save(model, _settings.Checkpoints?.Directory, exception);
        }
    }

    /// <summary>
    /// Proposes a learning rate (a learning rate range test): trains for some steps while the rate grows, and looks for the rate at which the loss
    /// falls fastest. Nothing of this training is kept.
    /// </summary>
    /// <param name="input">The training rows, as for <see cref="Fit"/>.</param>
    /// <param name="range">The rates to try; null for 0.00001 to 1 in 100 steps.</param>
    /// <returns>The loss for each rate, with a proposal for <see cref="Options.LearningRate"/> or the reason why there is none.</returns>
    /// <exception cref="ArgumentException">
    /// The range is empty, there is a weight for a class that is not in the training set, or the recipe crops images to an impossible size.
    /// </exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Options.CancellationToken"/> was canceled.</exception>
    public LearningRateCurve FindLearningRate(IDataView input, LearningRateRange? range = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using var training = PreparedTraining.Prepare(_services, _settings.Alone, input, log);
        LearningRateCurve curve = new LearningRateFinder(training.Network, training.Normalization, training.Options)
            .Find(training.Datasets.Training, range, _settings.CancellationToken);
        log.Info(MessageSensitivity.None, "{0}", curve.Verdict);
        return curve;
    }

    /// <summary>
    /// Draws training images as the network would see them, augmentation included, so that people can look at them before training.
    /// </summary>
    /// <param name="input">The training rows, as for <see cref="Fit"/>.</param>
    /// <param name="path">
    /// The path of the PNG file to write, in a folder that exists. It has a row per image, headed by its class: the image as it is, then as the
    /// network sees it in each epoch.
    /// </param>
    /// <param name="images">
    /// The number of images, spread evenly over the training rows; fewer if there are fewer rows. At least 1.
    /// </param>
    /// <param name="epochs">The number of epochs. At least 1.</param>
    /// <remarks>
    /// Mixup and CutMix, which blend an image with others of its batch in training, blend the images of the sheet with each other. If the system has
    /// no fonts, there are no captions.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A number is out of range, the sheet would be too large, or the recipe crops images to an impossible size.
    /// </exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void SaveContactSheet(IDataView input, string path, int images = 8, int epochs = 7)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using IChannel log = _services.Environment.Start(nameof(ResNeXtTrainer));
        using var training = PreparedTraining.Prepare(_services, _settings.Alone, input, log);
        IImageDataset dataset = training.Datasets.Training;
        TrainingOptions options = training.Options;
        var preview = new AugmentationPreview(dataset, training.Normalization, options.Recipe.Augmentation, options.Seed);
        int rows = Math.Min(images, dataset.Count);
        var captions = new SheetCaptions(
            ["original", .. Enumerable.Range(1, Math.Max(epochs, 0)).Select(epoch => Invariant($"epoch {epoch}"))],
            [.. preview.Shown(rows).Select(index => training.Datasets.Labels.Names[dataset.Label(index)])]);
        ContactSheet.Write(path, preview.Draw(rows, epochs), dataset.Shape, dataset.Range, columns: epochs + 1, captions);
    }

    // While this process prepares its part, others may be waiting for it already.
    private T InGroup<T>(Func<T> prepare)
    {
        try
        {
            return prepare();
        }
        catch (Exception exception) when (_settings.Training.Group is { Size: > 1 } group)
        {
            group.ReportFailure(exception);
            throw;
        }
    }

    /// <summary>Gets the columns that the trained transformer will have, for checking a pipeline before it is fitted.</summary>
    /// <param name="inputSchema">The columns before the trainer.</param>
    /// <exception cref="InvalidOperationException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return OutputShape.Of(_services, _settings.Columns, inputSchema);
    }
}
