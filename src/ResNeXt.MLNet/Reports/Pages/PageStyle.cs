namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>The style sheet of pages, which is <c>page.css</c> in the assembly.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public static Html Sheet { get; } = Read();

    private static Html Read()
    {
        using Stream resource = typeof(PageStyle).Assembly.GetManifestResourceStream(typeof(PageStyle), "page.css")!;
        using var reader = new StreamReader(resource);
        return Html.Trusted(reader.ReadToEnd());
    }
}
