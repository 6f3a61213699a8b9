namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>Figures with their names, in boxes.</summary>
internal static class HtmlFigures
{
    /// <summary>Makes the boxes.</summary>
    public static Html Of(IEnumerable<(string Name, Html Value)> figures)
    {
        IEnumerable<Html> items = figures.Select(figure => Html.Of($"<div><dt>{figure.Name}</dt><dd>{figure.Value}</dd></div>"));
        return Html.Of($"<dl class=\"figures\">{items}</dl>\n");
    }
}
