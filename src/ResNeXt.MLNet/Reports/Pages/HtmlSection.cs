namespace ResNeXt.MLNet.Reports.Pages;

/// <summary>A section of a page.</summary>
/// <param name="Id">Its address within the page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Content">What it shows.</param>
internal sealed record HtmlSection(string Id, string Title, Html Content);
