using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ResNeXt.Core.Files;
using ResNeXt.Core.Training.LearningRate;

namespace ResNeXt.Tool.Training;

/// <summary>Draws the curve of <c>find-rate</c>.</summary>
internal static class LearningRatePicture
{
    private const int Width = 800, Height = 500;

    /// <summary>Writes the curve as SVG.</summary>
    public static void Write(LearningRateCurve curve, string path)
    {
        PlotModel plot = Plot(curve);
        AtomicFile.Write(path, stream => new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream));
    }

    private static PlotModel Plot(LearningRateCurve curve)
    {
        LearningRateView view = LearningRateView.Of(curve.Points);
        // No legend, because its text is cut off if the viewer has other fonts than the exporter assumes.
        var plot = new PlotModel
        {
            Title = "Loss of single steps (thin) and smoothed (thick) while the learning rate grows",
            TitleFontSize = 14,
            Padding = new OxyThickness(16),
            Background = OxyColors.White,
        };
        plot.Axes.Add(Grid(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "learning rate", Minimum = view.LowestRate, Maximum = view.HighestRate }));
        plot.Axes.Add(Grid(new LinearAxis { Position = AxisPosition.Left, Title = "loss", Minimum = view.LowestLoss, Maximum = view.HighestLoss }));
        plot.Series.Add(Line(OxyColors.LightSteelBlue, 1, view.Points.Select(point => new DataPoint(point.Rate, point.Loss))));
        plot.Series.Add(Line(OxyColors.DarkBlue, 2.5, view.Points.Select(point => new DataPoint(point.Rate, point.SmoothedLoss))));
        if (curve.ProposedRate is { } rate)
            Mark(plot, curve.Points.MinBy(point => point.SmoothedLoss), rate);
        return plot;
    }

    private static Axis Grid(Axis axis)
    {
        (axis.AxisTitleDistance, axis.MajorGridlineStyle, axis.MajorGridlineColor) = (12, LineStyle.Solid, OxyColors.LightGray);
        return axis;
    }

    private static void Mark(PlotModel plot, LearningRatePoint lowest, double rate)
    {
        plot.Annotations.Add(new PointAnnotation { X = lowest.Rate, Y = lowest.SmoothedLoss, Size = 5, Fill = OxyColors.DarkBlue, Text = "lowest", TextColor = OxyColors.DarkBlue });
        plot.Annotations.Add(new LineAnnotation
        {
            Type = LineAnnotationType.Vertical, X = rate, Color = OxyColors.OrangeRed, LineStyle = LineStyle.Dash, StrokeThickness = 2,
            Text = FormattableString.Invariant($"proposed: {rate:G2}"), TextColor = OxyColors.OrangeRed,
            TextOrientation = AnnotationTextOrientation.Horizontal, TextMargin = 8,
        });
    }

    private static LineSeries Line(OxyColor color, double thickness, IEnumerable<DataPoint> points)
    {
        var line = new LineSeries { Color = color, StrokeThickness = thickness };
        line.Points.AddRange(points);
        return line;
    }
}
