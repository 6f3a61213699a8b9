using System.Globalization;
using ResNeXt.Core;
using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>How the training went: curves of loss, accuracy and learning rate, and their values.</summary>
internal static class TrainingSection
{
    private static readonly string[] Titles =
        ["Epoch", "Training loss", "Training accuracy", "Validation loss", "Validation accuracy", "Learning rate", "Images per second"];

    public static Html Of(IReadOnlyList<EpochReport> epochs)
    {
        EpochReport kept = epochs.LastOrDefault(epoch => epoch.IsBest) ?? epochs[^1];
        bool hasValidation = epochs.Any(epoch => epoch.ValidationAccuracy is not null);
        string choice = hasValidation
            ? $"The model is that of epoch {kept.Epoch}, whose validation figures were the best."
            : $"The model is that of {(kept == epochs[^1] ? "the last epoch, " : "epoch ")}{kept.Epoch}; "
                + "there were no validation images to choose one by.";
        IReadOnlyList<string> titles = hasValidation ? Titles : [.. Titles[..3], .. Titles[5..]];
        return Html.Of($"""
            <p>{choice} Training figures are measured on augmented images while the weights change, so they are often lower than
            validation figures.</p>
            <div class="charts">
            {Charts(epochs, hasValidation)}
            </div>
            {HtmlTable.Of("Epochs", titles, epochs.Select(epoch => Row(epoch, hasValidation, epoch == kept)))}
            """);
    }

    private static IEnumerable<Html> Charts(IReadOnlyList<EpochReport> epochs, bool hasValidation)
    {
        var time = new ChartAxis("epoch", 1, Math.Max(2, epochs[^1].Epoch), Ticks(epochs[^1].Epoch), "0");
        double highestLoss = epochs.SelectMany(epoch => new[] { epoch.TrainLoss, epoch.ValidationLoss ?? 0 })
            .Where(double.IsFinite).DefaultIfEmpty(1).Max();
        ChartLine[] losses = Lines(epochs, hasValidation, epoch => epoch.TrainLoss, epoch => epoch.ValidationLoss);
        ChartLine[] accuracies = Lines(epochs, hasValidation, epoch => epoch.TrainAccuracy, epoch => epoch.ValidationAccuracy);
        var rate = new ChartLine("at the end of each epoch", [.. epochs.Select(epoch => ((double)epoch.Epoch, epoch.LearningRate))]);
        yield return LineChart.Draw("Loss", time, ChartAxis.Of("cross-entropy", 0, highestLoss), losses, Change(losses, "0.###"));
        yield return LineChart.Draw("Accuracy", time, ChartAxis.Fraction("accuracy"), accuracies, Change(accuracies, "P1"));
        yield return LineChart.Draw(
            "Learning rate", time, ChartAxis.Of("learning rate", 0, epochs.Max(epoch => epoch.LearningRate)), [rate], Change([rate], "G3"));
    }

    private static double[] Ticks(int last)
    {
        int step = (int)ChartAxis.Of("", 0, Math.Max(2, last), smallestStep: 1).Ticks[1];
        return [.. Enumerable.Range(0, Math.Max(2, last) / step + 1).Select(index => Math.Max(1.0, index * step)).Distinct()];
    }

    private static string Change(IEnumerable<ChartLine> lines, string format) => string.Join(" ", lines.Select(line =>
        $"Line {line.Name}: from {Text(line.Points[0].Y, format)} to {Text(line.Points[^1].Y, format)}."));

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static ChartLine[] Lines(
        IReadOnlyList<EpochReport> epochs, bool hasValidation, Func<EpochReport, double> training, Func<EpochReport, double?> validation)
    {
        var first = new ChartLine("training", [.. epochs.Select(epoch => ((double)epoch.Epoch, training(epoch)))]);
        if (!hasValidation)
            return [first];
        IEnumerable<EpochReport> validated = epochs.Where(epoch => validation(epoch) is not null);
        return [first, new("validation", [.. validated.Select(epoch => ((double)epoch.Epoch, validation(epoch)!.Value))])];
    }

    private static Html[] Row(EpochReport epoch, bool hasValidation, bool isKept)
    {
        Html[] validation = [Html.Of($"{epoch.ValidationLoss ?? double.NaN:F4}"), Html.Of($"{epoch.ValidationAccuracy ?? double.NaN:P2}")];
        return
        [
            Html.Of($"{epoch.Epoch}{(isKept ? " (kept)" : "")}"),
            Html.Of($"{epoch.TrainLoss:F4}"), Html.Of($"{epoch.TrainAccuracy:P2}"),
            .. hasValidation ? validation : [],
            Html.Of($"{epoch.LearningRate:G4}"), Html.Of($"{epoch.ImagesPerSecond:F1}"),
        ];
    }
}
