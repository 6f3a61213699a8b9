using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ResNeXt.AspNetCore.Requests;

namespace ResNeXt.Tool.Serving;

/// <summary>
/// The page, its files, and its form. <c>POST /</c> answers browsers without JavaScript with the whole page; the script asks <c>POST /results</c> for the
/// same results alone.
/// </summary>
internal static class PageEndpoints
{
    private const string Html = "text/html; charset=utf-8";

    private static readonly (string Name, string Type)[] Files =
        [("page.css", "text/css; charset=utf-8"), ("page.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml")];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder group = endpoints.MapGroup("").ExcludeFromDescription();
        foreach ((string name, string type) in Files)
        {
            byte[] content = PageFile.Read(name);
            group.MapGet($"/{name}", () => TypedResults.Bytes(content, type));
        }
        group.MapGet("/", (HttpRequest request, PageRenderer renderer) => TypedResults.Text(renderer.Page(AddressOf(request), ""), Html, Encoding.UTF8));
        group.MapPost("/", (HttpContext context, PredictionRequests requests, PageRenderer renderer) => AnswerAsync(context, requests, renderer, wholePage: true));
        group.MapPost("/results", (HttpContext context, PredictionRequests requests, PageRenderer renderer) => AnswerAsync(context, requests, renderer, wholePage: false));
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, PredictionRequests requests, PageRenderer renderer, bool wholePage)
    {
        var results = new StringBuilder();
        PredictionOutcome outcome = await requests.AnswerAsync(
            context, new AnswerContent(requests.Options.Top, HasExplanation: true), (image, answer) => results.Append(PageRenderer.Result(image, answer))).ConfigureAwait(false);
        if (outcome.Failure is { } failure)
            results.Append(PageRenderer.Failure(failure.Detail));
        return TypedResults.Text(wholePage ? renderer.Page(AddressOf(context.Request), results.ToString()) : results.ToString(), Html, Encoding.UTF8,
            outcome.Failure?.Status ?? StatusCodes.Status200OK);
    }

    private static string AddressOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
