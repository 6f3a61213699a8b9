using System.Globalization;

namespace ResNeXt.Core.Training;

/// <summary>Notices a training that learns nothing.</summary>
internal static class LearningCheck
{
    private const int Epochs = 3;

    // Noise alone moves the loss of a network that learns nothing by less than this.
    private const double LeastFall = 0.01;

    // A network that starts from good weights has little left to learn.
    private const double SmallLoss = 0.1;

    /// <summary>A warning, in words, at the end of the third epoch if the loss has not fallen since the first; else null.</summary>
    public static string? After(IReadOnlyList<EpochReport> reports)
    {
        if (reports.Count != Epochs || reports[^1].TrainLoss < SmallLoss || reports[^1].TrainLoss < reports[0].TrainLoss * (1 - LeastFall))
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"In {Epochs} epochs the training loss has not fallen ({reports[0].TrainLoss:F3} then, {reports[^1].TrainLoss:F3} now). "
            + $"Try another LearningRate than {reports[^1].LearningRate:G3} (ten times smaller, then ten times larger), and check that the labels belong to the images.");
    }
}
