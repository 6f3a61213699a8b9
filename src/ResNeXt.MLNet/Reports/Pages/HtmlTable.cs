namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>Tables: a caption, a row of titles, and rows that begin with their title. They scroll in a frame that the keyboard can reach.</summary>
internal static class HtmlTable
{
    /// <summary>Makes a table.</summary>
    /// <param name="caption">What the table shows.</param>
    /// <param name="titles">The titles of the columns.</param>
    /// <param name="rows">The cells of each row.</param>
    /// <param name="textColumns">The number of columns, from the left, with text; the others have numbers, which are aligned right.</param>
    public static Html Of(string caption, IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<Html>> rows, int textColumns = 1)
    {
        IEnumerable<Html> head = titles.Select((title, column) => Html.Of($"<th scope=\"col\" class=\"{Kind(column, textColumns)}\">{title}</th>"));
        IEnumerable<Html> body = rows.Select(cells => Html.Of($"<tr>{cells.Select((cell, column) => Cell(cell, column, textColumns))}</tr>\n"));
        return Framed(caption, Html.Of($"""
            <table><caption>{caption}</caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {body}</tbody></table>
            """));
    }

    /// <summary>Puts something that may be wider than the page into a frame that scrolls.</summary>
    public static Html Framed(string name, Html content) =>
        Html.Of($"<div class=\"frame\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\">{content}</div>\n");

    private static string Kind(int column, int textColumns) => column < textColumns ? "text" : "number";

    private static Html Cell(Html cell, int column, int textColumns) => column == 0
        ? Html.Of($"<th scope=\"row\" class=\"text\">{cell}</th>")
        : Html.Of($"<td class=\"{Kind(column, textColumns)}\">{cell}</td>");
}
