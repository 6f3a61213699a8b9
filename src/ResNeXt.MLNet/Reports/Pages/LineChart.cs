namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>
/// Draws line charts as SVG in the page. The style sheet colors them, so they follow the page into dark mode; lines also differ in their dashes.
/// </summary>
internal static class LineChart
{
    // Wide enough for a phone; on wider pages the chart grows with its text.
    private const double Width = 360, Height = 240, Left = 52, Right = 24, Top = 10, Bottom = 40;
    private const double PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;
    private const int MostMarks = 40;

    /// <summary>Draws a chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="lines">The lines, at most three.</param>
    /// <param name="summary">What the chart shows, in a sentence, for screen readers.</param>
    public static Html Draw(string title, ChartAxis x, ChartAxis y, IReadOnlyList<ChartLine> lines, string summary) => Html.Of(
        $"""
        <figure class="chart"><figcaption>{title}</figcaption>
        <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title}. {summary}">
        {x.Ticks.Select(tick => Tick(Left + x.Place(tick) * PlotWidth, x.Text(tick), isVertical: true))}
        {y.Ticks.Select(tick => Tick(Top + (1 - y.Place(tick)) * PlotHeight, y.Text(tick), isVertical: false))}
        <text x="{Left + PlotWidth / 2}" y="{Height - 4}" text-anchor="middle">{x.Title}</text>
        <text x="12" y="{Top + PlotHeight / 2}" text-anchor="middle" transform="rotate(-90 12 {Top + PlotHeight / 2})">{y.Title}</text>
        {lines.Select((line, index) => Line(line, index, x, y))}
        </svg>
        <p class="legend">{lines.Select((line, index) => Legend(line.Name, index))}</p></figure>

        """);

    private static Html Tick(double at, string text, bool isVertical)
    {
        (double x1, double y1, double x2, double y2) = isVertical
            ? (at, Top, at, Top + PlotHeight)
            : (Left, at, Left + PlotWidth, at);
        Html label = isVertical
            ? Html.Of($"<text x=\"{at:0.#}\" y=\"{Top + PlotHeight + 15}\" text-anchor=\"middle\">{text}</text>")
            : Html.Of($"<text x=\"{Left - 5}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{text}</text>");
        return Html.Of($"<line class=\"grid\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>{label}\n");
    }

    private static Html Line(ChartLine line, int index, ChartAxis x, ChartAxis y)
    {
        Html[] points = [.. line.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).Select(point =>
            Html.Of($"{Left + x.Place(point.X) * PlotWidth:0.#},{Top + (1 - y.Place(point.Y)) * PlotHeight:0.#} "))];
        Html marks = points.Length <= MostMarks ? Marks(points, index) : Html.Nothing;
        return Html.Of($"<polyline class=\"line line{index}\" points=\"{points}\"/>{marks}\n");
    }

    private static Html Marks(IEnumerable<Html> points, int index) => Html.Join(points.Select(point => $"{point}".Trim().Split(',')).Select(place =>
        Html.Of($"""<circle class="mark line{index}" cx="{place[0]}" cy="{place[1]}" r="2.5"/>""")));

    private static Html Legend(string name, int index) => Html.Of($"""
        <span><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><polyline class="line line{index}" points="0,4 28,4"/></svg> {name}</span>

        """);
}
