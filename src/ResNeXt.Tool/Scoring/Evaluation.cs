using System.Globalization;

namespace ResNeXt.Tool.Scoring;

/// <summary>What a model makes of a labelled set.</summary>
/// <param name="Images">Number of images.</param>
/// <param name="Accuracy">Fraction classified right.</param>
/// <param name="MacroAccuracy">Mean over the classes of the fraction classified right.</param>
/// <param name="LogLoss">Mean cross-entropy, natural logarithm.</param>
/// <param name="Top5Accuracy">Fraction with the right class among the five most probable (fewer where there are fewer classes).</param>
/// <param name="Seconds">How long reading and scoring took.</param>
internal sealed record Evaluation(int Images, double Accuracy, double MacroAccuracy, double LogLoss, double Top5Accuracy, double Seconds)
{
    public double ImagesPerSecond => Images / Seconds;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"accuracy {Accuracy:P2} (macro {MacroAccuracy:P2}, top five {Top5Accuracy:P2}), log-loss {LogLoss:F6}, {Images} images at {ImagesPerSecond:F1}/s");
}
