namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>A piece of HTML, in which all text that came from outside is encoded.</summary>
internal readonly struct Html
{
    /// <summary>No HTML.</summary>
    public static readonly Html Nothing;

    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Makes a piece from an interpolated string: its text is markup, and the values in braces are encoded unless they are HTML.</summary>
    public static Html Of(HtmlInterpolation markup) => new(markup.ToString());

    /// <summary>Takes markup that is part of this library as it is.</summary>
    public static Html Trusted(string markup) => new(markup);

    /// <summary>Joins pieces.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces));

    /// <summary>A name from outside, isolated, so that its direction of writing does not change that of the text around it.</summary>
    public static Html Name(string name) => Of($"<bdi>{name}</bdi>");

    public override string ToString() => _markup ?? "";
}
