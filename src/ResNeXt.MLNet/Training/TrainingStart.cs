using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Weights;
using ResNeXt.MLNet.Pipelines;

namespace ResNeXt.MLNet.Training;

/// <summary>Where a training starts from: the images and a network with its first weights; owns both.</summary>
internal sealed class TrainingStart : IDisposable
{
    private TrainingStart(LabeledSets sets, ResidualNetwork network, PixelNormalization normalization)
    {
        Sets = sets;
        Network = network;
        Normalization = normalization;
    }

    public LabeledSets Sets { get; }

    public ResidualNetwork Network { get; }

    /// <summary>What makes pixels the network's inputs.</summary>
    public PixelNormalization Normalization { get; }

    /// <summary>Reads the images, then draws the weights or reads them.</summary>
    /// <exception cref="InvalidOperationException">Columns or rows are not fit for training; the message says what to do.</exception>
    public static TrainingStart Prepare(
        MLServices services, ResNeXtTrainer.Options options, Architecture architecture, int seed, IDataView input, IChannel log)
    {
        LabeledSets sets = LabeledSets.Read(services, options, architecture, seed, input, log);
        ResidualNetwork? network = null;
        try
        {
            network = new(architecture, sets.Labels.Names.Count, seed);
            PixelNormalization? ofWeights = LoadInitialWeights(network, sets.Labels.Names, options.InitialWeights, log);
            return new(sets, network, options.Normalization ?? ofWeights ?? sets.MeasureNormalization());
        }
        catch
        {
            network?.Dispose();
            sets.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Network.Dispose();
        Sets.Dispose();
    }

    private static PixelNormalization? LoadInitialWeights(ResidualNetwork network, IReadOnlyList<string> classNames, string? path, IChannel log)
    {
        if (path is null)
            return null;
        StateDict file = WeightFile.Read(path);
        foreach (string note in InitialWeights.Load(network, classNames, file, path))
            log.Info(MessageSensitivity.None, "{0}", note);
        return ModelMetadata.Normalization(file.Metadata) ?? PixelNormalization.ImageNet;
    }
}
