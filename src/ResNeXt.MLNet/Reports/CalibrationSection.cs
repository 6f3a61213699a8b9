using ResNeXt.Core.Probabilities;
using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>How far the probabilities can be relied on.</summary>
internal static class CalibrationSection
{
    private static readonly string[] Titles = ["Probability", "Images", "Mean probability", "Right answers"];

    public static Html Of(ProbabilityMetrics metrics, ProbabilityCalibration? calibration)
    {
        (CalibrationBin Bin, int Index)[] used = [.. metrics.Bins.Select((bin, index) => (bin, index)).Where(item => item.bin.Count > 0)];
        ChartLine[] lines =
        [
            new("this model", [.. used.Select(item => (item.Bin.Confidence, item.Bin.Accuracy))]),
            new("perfectly calibrated", [(0, 0), (1, 1)]),
        ];
        double confidence = used.Sum(item => item.Bin.Confidence * item.Bin.Count) / metrics.Count;
        double accuracy = used.Sum(item => item.Bin.Accuracy * item.Bin.Count) / metrics.Count;
        Html scaling = calibration is null
            ? Html.Nothing
            : Html.Of($"<p>Temperature scaling, on the validation images: {calibration.ToString()}</p>");
        Html chart = LineChart.Draw("Calibration curve", ChartAxis.Fraction("probability of the answer"), ChartAxis.Fraction("right answers"), lines,
            "Below the diagonal the model is too certain, above it too uncertain.");
        return Html.Of($"""
            <p>Of all images to which a model gives 80 %, 80 % should be classified right. On average this one gives {confidence:P1} and is right in
            {accuracy:P1}. Expected calibration error (mean distance between the two lines): {metrics.ExpectedCalibrationError:P2}.
            Brier score (0 is perfect, 2 the worst): {metrics.BrierScore:F4}.</p>
            {scaling}
            <div class="charts">
            {chart}
            </div>
            {HtmlTable.Of("Images by the probability of their answers", Titles, used.Select(item => Row(item.Bin, item.Index, metrics.Bins.Length)))}
            """);
    }

    private static Html[] Row(CalibrationBin bin, int index, int bins) =>
    [
        Html.Of($"{(double)index / bins:P0} to {(double)(index + 1) / bins:P0}"), Html.Of($"{bin.Count:N0}"),
        Html.Of($"{bin.Confidence:P1}"), Html.Of($"{bin.Accuracy:P1}"),
    ];
}
