using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>The metrics of all images, and of each class.</summary>
internal static class ClassSections
{
    private static readonly string[] Titles = ["Class", "Images", "Share", "Classified as it", "Precision", "Recall", "F1"];

    /// <summary>The metrics of all images.</summary>
    public static Html Summary(ClassificationReport report)
    {
        (string Name, Html Value)[] figures =
        [
            ("Images", Html.Of($"{report.Images:N0}")),
            ("Classes", Html.Of($"{report.Classes.Count:N0}")),
            ("Accuracy", Html.Of($"{report.Accuracy:P2}")),
            ("Mean accuracy of the classes", Html.Of($"{report.MacroAccuracy:P2}")),
            ("Class among the top 5", Html.Of($"{report.TopFiveAccuracy:P2}")),
            ("Log-loss", Html.Of($"{report.LogLoss:F4}")),
            ("Expected calibration error", Html.Of($"{report.Probabilities.ExpectedCalibrationError:P2}")),
            ("Brier score", Html.Of($"{report.Probabilities.BrierScore:F4}")),
        ];
        return HtmlFigures.Of(figures);
    }

    /// <summary>The metrics of each class.</summary>
    public static Html Table(ClassificationReport report)
    {
        int most = report.Classes.Max(metrics => metrics.Images);
        return Html.Of($"""
            <p>Precision: of the images classified as the class, the fraction that is of it. Recall: of the images of the class, the fraction that was
            found. F1: the harmonic mean of both.</p>
            {HtmlTable.Of("Images, precision, recall and F1 of each class", Titles, report.Classes.Select(metrics => Row(metrics, most)))}
            """);
    }

    private static Html[] Row(ClassMetrics metrics, int most) =>
    [
        Html.Name(metrics.Name), Html.Of($"{metrics.Images:N0}"),
        Html.Of($"<span class=\"bar\" style=\"--p:{100.0 * metrics.Images / most:F0}%\"></span>"),
        Html.Of($"{metrics.Predicted:N0}"), Fraction(metrics.Precision), Fraction(metrics.Recall), Fraction(metrics.F1),
    ];

    // Without images or predictions there is no such fraction.
    private static Html Fraction(double value) => double.IsNaN(value) ? Html.Of($"–") : Html.Of($"{value:P1}");
}
