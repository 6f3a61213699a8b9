using System.Globalization;
using ResNeXt.Core.Probabilities;

namespace ResNeXt.Tool.Output;

/// <summary>The metrics of a model on labeled images.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Accuracy">The fraction of images that are classified correctly.</param>
/// <param name="MacroAccuracy">The mean of the accuracies of all classes.</param>
/// <param name="LogLoss">The mean cross-entropy (natural logarithm).</param>
/// <param name="Top5Accuracy">The fraction of images whose class is among the five most probable ones (fewer if there are fewer classes).</param>
/// <param name="Probabilities">How far the probabilities can be relied on.</param>
/// <param name="Seconds">The time for reading and scoring, in seconds.</param>
internal sealed record Evaluation(int Images, double Accuracy, double MacroAccuracy, double LogLoss, double Top5Accuracy, ProbabilityMetrics Probabilities, double Seconds)
{
    public double ImagesPerSecond => Images / Seconds;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"accuracy {Accuracy:P2} (macro {MacroAccuracy:P2}, top five {Top5Accuracy:P2}), log-loss {LogLoss:F6}, ")
        + string.Create(CultureInfo.InvariantCulture,
        $"calibration error {Probabilities.ExpectedCalibrationError:P2}, {Images} images at {ImagesPerSecond:F1}/s");
}
