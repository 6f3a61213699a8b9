using System.Globalization;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Training;

/// <summary>Recognizes a training in which the network learns nothing.</summary>
internal static class NoProgressCheck
{
    private const int Epochs = 3;

    // The loss of a network that learns nothing changes by less than this, from noise.
    private const double LeastFall = 0.01;

    // A network that starts from good weights has little left to learn.
    private const double SmallLoss = 0.1;

    // Stages that are unfrozen, and images that are changed at random, let the loss of a good network rise; a ruined one has nearly that of guessing.
    private const double PartOfGuessing = 0.9;

    /// <summary>
    /// A warning, after the third epoch, if the training loss has not fallen since the first; else null. Epochs in which only the last layer learns do
    /// not count.
    /// </summary>
    /// <param name="reports">The reports of the epochs so far.</param>
    /// <param name="fineTuning">The settings for fine-tuning, if the training starts from pretrained weights.</param>
    /// <param name="classes">The number of classes.</param>
    public static string? FindWarning(IReadOnlyList<EpochReport> reports, FineTuning? fineTuning, int classes)
    {
        int frozen = fineTuning?.FrozenOf(reports[0].MaxEpochs) ?? 0;
        if (reports.Count != frozen + Epochs)
            return null;
        (double first, double last) = (reports[frozen].TrainLoss, reports[^1].TrainLoss);
        if (last < (fineTuning is null ? SmallLoss : PartOfGuessing * Math.Log(classes)) || last < first * (1 - LeastFall))
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"In {Epochs} epochs the training loss has not fallen ({first:F3} then, {last:F3} now). "
            + $"Try another LearningRate than {reports[^1].LearningRate:G3} (ten times smaller, then ten times larger), "
            + $"and check that the labels belong to the images.");
    }
}
