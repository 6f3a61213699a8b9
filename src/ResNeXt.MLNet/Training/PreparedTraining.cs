using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Options;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>Everything that a training starts from: the images, and a network with its first weights. Owns both.</summary>
internal sealed class PreparedTraining : IDisposable
{
    private readonly TrainerSettings _settings;

    private PreparedTraining(TrainerSettings settings, LabeledDatasets datasets, ResidualNetwork network, PixelNormalization normalization)
    {
        _settings = settings;
        Datasets = datasets;
        Network = network;
        Normalization = normalization;
        Options = settings.TrainingFor(datasets.Training.Count, datasets.Labels.Names);
    }

    /// <summary>The training set and the validation set.</summary>
    public LabeledDatasets Datasets { get; }

    /// <summary>The network; <see cref="Train"/> changes its weights.</summary>
    public ResidualNetwork Network { get; }

    /// <summary>The mean and standard deviation that pixels are normalized with before they enter the network.</summary>
    public PixelNormalization Normalization { get; }

    /// <summary>The options for the training, with a weight per class.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Reads the images, makes the network, and loads its first weights if there is a file with them.</summary>
    /// <param name="services">The context.</param>
    /// <param name="settings">The trainer's settings.</param>
    /// <param name="input">The training rows.</param>
    /// <param name="log">The log, for warnings and for what was taken from the file.</param>
    /// <exception cref="IOException">The weights to start from cannot be found or downloaded.</exception>
    /// <exception cref="ArgumentException">
    /// A class weight is for a class that is not in the training set, or the network of the weights does not take images of this size.
    /// </exception>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    public static PreparedTraining Prepare(MLServices services, TrainerSettings settings, IDataView input, IChannel log)
    {
        LoadedWeights? initial = ReadInitialWeights(settings, log);
        if (initial?.ArchitectureFor(settings.InitialWeights?.Architecture) is { } architecture)
            settings = settings with { Architecture = architecture };
        OptionErrors.ThrowIfAny(PixelOptionErrors.OfImageSize(settings.ImageSize, settings.Architecture));
        LabeledDatasets datasets = LabeledDatasets.Read(services, settings, input, log);
        ResidualNetwork? network = null;
        try
        {
            IReadOnlyList<string> classNames = datasets.Labels.Names;
            network = new(settings.Architecture, classNames.Count, settings.Training.Seed);
            foreach (string note in initial is null ? [] : InitialWeights.Load(network, classNames, initial.Weights, initial.Path))
                log.Info(MessageSensitivity.None, "{0}", note);
            PixelNormalization? ofWeights = initial is null ? null : initial.Normalization ?? PixelNormalization.ImageNet;
            return new(settings, datasets, network, settings.Normalization ?? ofWeights ?? datasets.MeasureNormalization());
        }
        catch
        {
            network?.Dispose();
            datasets.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder for checkpoints. In a group of processes, rank 0 reads and writes them for all.</summary>
    /// <returns>The folder; null if there is none, or it is another process that has it.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public CheckpointFolder? OpenCheckpoints() => _settings.Checkpoints is { } kept && Options.Group is null or { Rank: 0 }
        ? new(kept.Directory, kept.Resume,
            CheckpointFolder.Identity(_settings.Architecture, Options, Normalization, Datasets.Training, Datasets.Validation),
            kept.Interval, kept.Kept)
        : null;

    /// <summary>Trains the network.</summary>
    /// <param name="log">The log, for epochs and warnings.</param>
    /// <param name="checkpoints">What <see cref="OpenCheckpoints"/> has opened.</param>
    public TrainingResult Train(IChannel log, CheckpointFolder? checkpoints)
    {
        var callbacks = new TrainingLog(log, _settings.Progress, _settings.BatchProgress).Callbacks;
        return new ClassifierTrainer(Network, Normalization, Options)
            .Train(Datasets.Training, Datasets.Validation, callbacks, checkpoints, _settings.CancellationToken, _settings.StopToken);
    }

    public void Dispose()
    {
        Network.Dispose();
        Datasets.Dispose();
    }

    private static LoadedWeights? ReadInitialWeights(TrainerSettings settings, IChannel log)
    {
        if (settings.InitialWeights is not { } asked)
            return null;
        LoadedWeights weights = LoadedWeights.Read(
            asked.PathOrName, asked.Architecture, asked.Pretrained, cancellationToken: settings.CancellationToken);
        if (weights.Known is { } known)
            log.Info(MessageSensitivity.None, "{0}", $"Training starts from {known.Name} ({weights.Path}).");
        return weights;
    }
}
