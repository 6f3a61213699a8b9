using System.Globalization;

namespace ResNeXt.Core.Training;

/// <summary>Recognizes a training in which the network learns nothing.</summary>
internal static class NoProgressCheck
{
    private const int Epochs = 3;

    // The loss of a network that learns nothing changes by less than this, from noise.
    private const double LeastFall = 0.01;

    // A network that starts from good weights has little left to learn.
    private const double SmallLoss = 0.1;

    /// <summary>A warning, after the third epoch, if the training loss has not fallen since the first; else null.</summary>
    /// <param name="reports">The reports of the epochs so far.</param>
    /// <param name="frozenEpochs">
    /// The number of epochs, at the beginning, that do not count: the last layer alone learns faster, and from images without augmentation.
    /// </param>
    public static string? FindWarning(IReadOnlyList<EpochReport> reports, int frozenEpochs)
    {
        if (reports.Count != frozenEpochs + Epochs)
            return null;
        (double first, double last) = (reports[frozenEpochs].TrainLoss, reports[^1].TrainLoss);
        if (last < SmallLoss || last < first * (1 - LeastFall))
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"In {Epochs} epochs the training loss has not fallen ({first:F3} then, {last:F3} now). "
            + $"Try another LearningRate than {reports[^1].LearningRate:G3} (ten times smaller, then ten times larger), "
            + $"and check that the labels belong to the images.");
    }
}
