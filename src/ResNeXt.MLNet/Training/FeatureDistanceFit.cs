using Microsoft.ML.Runtime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.MLNet.OutOfDistribution;

namespace ResNeXt.MLNet.Training;

/// <summary>Measures where the classes of a network that was just trained are in its features, so that other images can be told from them.</summary>
internal static class FeatureDistanceFit
{
    // More images would take time and change little.
    private const int MostImages = 1000, MostPerClass = 20;

    // The largest of a few distances says little about the next one, so the limit is wider if there are fewer than a thousand, from which the limit
    // is one that is exceeded.
    private const int LeastHeldOut = 30;
    private const float WideningOfFew = 1.1f;

    // A network may know a few images by heart; their features are then closer to each other than those of new images.
    private const int LeastTraining = 500;
    private const float WideningOfTraining = 1.25f;

    /// <summary>Adds the distances to a model.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="datasets">The images that it was trained with.</param>
    /// <param name="settings">The trainer's settings.</param>
    /// <param name="log">The log.</param>
    /// <returns>The model; without distances if there are too few images to judge by, or if the training was stopped early.</returns>
    public static ClassifierModel AddTo(ClassifierModel model, LabeledDatasets datasets, TrainerSettings settings, IChannel log)
    {
        bool hasValidation = datasets.Validation is { Count: >= LeastHeldOut };
        if (settings.StopToken.IsCancellationRequested || (!hasValidation && datasets.Training.Count < LeastTraining))
            return model;
        using var session = new ClassifierSession(PooledFeatures.AddOutput(OnnxExporter.Write(model), PooledFeatures.ExportedName), model.Shape);
        ImageDatasetSubset training = EvenSubset.Of(datasets.Training, Math.Max(MostImages, MostPerClass * model.ClassNames.Count));
        float[][] known = session.Rows(training, PooledFeatures.ExportedName, settings.CancellationToken);
        float[][] heldOut = hasValidation
            ? session.Rows(EvenSubset.Of(datasets.Validation!, MostImages), PooledFeatures.ExportedName, settings.CancellationToken)
            : known;
        if (!known.Concat(heldOut).All(row => Array.TrueForAll(row, float.IsFinite)))
            return model;
        log.Info(MessageSensitivity.None, "{0}", $"Images unlike those of the classes are told by {known.Length} training images "
            + $"and {(hasValidation ? $"{heldOut.Length} validation images" : "no validation images")}.");
        float widening = !hasValidation ? WideningOfTraining : heldOut.Length < MostImages ? WideningOfFew : 1;
        var distance = FeatureDistance.Fit(
            model.ClassNames.Count, [.. known.Select((features, index) => (features, training.Label(index)))], heldOut, widening);
        return distance.AddTo(model);
    }
}
