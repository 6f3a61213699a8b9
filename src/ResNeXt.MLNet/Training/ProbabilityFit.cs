using Microsoft.ML.Runtime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Probabilities;
using ResNeXt.Core.Quantization.Calibration;
using ResNeXt.Core.Tensors;

namespace ResNeXt.MLNet.Training;

/// <summary>Calibrates the probabilities of a network that was just trained, on its validation set, by temperature scaling.</summary>
internal static class ProbabilityFit
{
    // A single number is fitted, so more images would take time and change nothing.
    private const int MostImages = 5000;

    // The temperature, for people who look at a saved model. Part of saved models: never changed.
    private const string Note = "temperature";

    /// <summary>Measures what temperature scaling brings.</summary>
    /// <param name="model">The classifier.</param>
    /// <param name="validation">The validation set; null if there is none.</param>
    /// <param name="settings">The trainer's settings.</param>
    /// <param name="log">The log.</param>
    /// <returns>The measurement; null without a validation set, and if the training was stopped early and is not to be calibrated.</returns>
    public static ProbabilityCalibration? Measure(ClassifierModel model, IImageDataset? validation, TrainerSettings settings, IChannel log)
    {
        if (validation is null || (settings.StopToken.IsCancellationRequested && !settings.CalibrateProbabilities))
            return null;
        ImageDatasetSubset drawn = EvenSubset.Of(validation, MostImages);
        using var session = new ClassifierSession(OnnxExporter.Write(model), model.Shape);
        float[][] logits = session.Logits(drawn, settings.CancellationToken);
        var calibration = ProbabilityCalibration.Measure(logits, [.. Enumerable.Range(0, drawn.Count).Select(drawn.Label)]);
        calibration = calibration with { IsApplied = settings.CalibrateProbabilities };
        log.Info(MessageSensitivity.None, "{0}", calibration);
        return calibration;
    }

    /// <summary>
    /// Divides the weights of the last layer, and so all logits, by the temperature. The graph stays the same, so int8, export and fine-tuning need
    /// to know nothing of it.
    /// </summary>
    /// <param name="model">The classifier.</param>
    /// <param name="temperature">The temperature.</param>
    public static ClassifierModel Apply(ClassifierModel model, double temperature) => model with
    {
        Weights = new StateDict(
            model.Weights.Tensors.Select(item => NetworkDefinition.IsHead(item.Key) ? new(item.Key, Divided(item.Value, (float)temperature)) : item),
            model.Weights.Metadata),
        Notes = new Dictionary<string, string>(model.Notes) { [Note] = FormattableString.Invariant($"{temperature:R}") },
    };

    private static WeightTensor Divided(WeightTensor tensor, float temperature) =>
        tensor with { Values = Array.ConvertAll(tensor.Values.ToArray(), value => value / temperature) };
}
