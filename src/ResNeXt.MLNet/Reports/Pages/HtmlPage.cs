namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>Pages: a title, links to the sections, and the sections. They need no other file, no network and no script.</summary>
internal static class HtmlPage
{
    /// <summary>Makes a page.</summary>
    /// <param name="title">The title.</param>
    /// <param name="sections">The sections.</param>
    public static Html Of(string title, IReadOnlyList<HtmlSection> sections)
    {
        IEnumerable<Html> links = sections.Select(section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"));
        IEnumerable<Html> contents = sections.Select(section =>
            Html.Of($"<section id=\"{section.Id}\"><h2>{section.Title}</h2>\n{section.Content}</section>\n"));
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
            <title>{title}</title>
            <style>
            {PageStyle.Sheet}
            </style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <header><h1>{Html.Name(title)}</h1>
            <nav aria-label="Sections"><ul>{links}</ul></nav></header>
            <main id="content">
            {contents}</main>
            </body>
            </html>

            """);
    }
}
