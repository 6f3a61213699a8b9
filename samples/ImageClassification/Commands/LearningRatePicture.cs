using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ResNeXt.Core;
using ResNeXt.Core.Training;

namespace ImageClassification.Commands;

/// <summary>Draws the curve of the learning-rate finder.</summary>
internal static class LearningRatePicture
{
    private const int Width = 800, Height = 500;

    /// <summary>Writes it as SVG.</summary>
    public static void Write(LearningRateCurve curve, string path)
    {
        PlotModel plot = Plot(curve);
        AtomicFile.Write(path, stream => new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream));
    }

    private static PlotModel Plot(LearningRateCurve curve)
    {
        // No legend: where a viewer has other fonts than the exporter thinks, its text is cut off.
        var plot = new PlotModel
        {
            Title = "Loss of single steps (thin) and smoothed (thick) while the learning rate grows",
            TitleFontSize = 14,
            Padding = new OxyThickness(16),
            Background = OxyColors.White,
        };
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "learning rate", AxisTitleDistance = 12, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "loss", AxisTitleDistance = 12, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray });
        plot.Series.Add(Line(OxyColors.LightSteelBlue, 1, curve.Points.Select(point => new DataPoint(point.Rate, point.Loss))));
        plot.Series.Add(Line(OxyColors.DarkBlue, 2.5, curve.Points.Select(point => new DataPoint(point.Rate, point.SmoothedLoss))));
        if (curve.ProposedRate is { } rate)
        {
            plot.Annotations.Add(new LineAnnotation
            {
                Type = LineAnnotationType.Vertical, X = rate, Color = OxyColors.OrangeRed, LineStyle = LineStyle.Dash, StrokeThickness = 2,
                Text = FormattableString.Invariant($"proposed: {rate:G2}"), TextColor = OxyColors.OrangeRed,
                TextOrientation = AnnotationTextOrientation.Horizontal, TextMargin = 8,
            });
        }
        return plot;
    }

    private static LineSeries Line(OxyColor color, double thickness, IEnumerable<DataPoint> points)
    {
        var line = new LineSeries { Color = color, StrokeThickness = thickness };
        line.Points.AddRange(points);
        return line;
    }
}
