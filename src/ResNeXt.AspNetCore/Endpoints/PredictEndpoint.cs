using System.Globalization;
using Microsoft.AspNetCore.Http;
using ResNeXt.AspNetCore.Requests;

namespace ResNeXt.AspNetCore.Endpoints;

/// <summary>The endpoint <c>POST /predict</c>.</summary>
internal static class PredictEndpoint
{
    /// <summary>The parameter of the query for the number of classes.</summary>
    public const string Top = "top";

    /// <summary>The parameter of the query for explanations.</summary>
    public const string Explain = "explain";

    /// <summary>The largest number of classes that a request may ask for.</summary>
    public const int MaximumTop = 10_000;

    /// <summary>Answers a request.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext context, PredictionRequests requests)
    {
        int top = requests.Options.Top;
        if (context.Request.Query[Top] is [_, ..] values
            && !(values is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out top)
                && top is >= 1 and <= MaximumTop))
            return Problem(context, new(StatusCodes.Status400BadRequest, $"top is not a number from 1 to {MaximumTop}; leave it out for {requests.Options.Top}."));
        bool explain = false;
        if (context.Request.Query[Explain] is [_, ..] answers && !(answers is [{ } asked] && bool.TryParse(asked, out explain)))
            return Problem(context, new(StatusCodes.Status400BadRequest, "explain is neither true nor false; leave it out for false."));
        PredictionOutcome outcome = await requests.AnswerAsync(context, new AnswerContent(top, explain)).ConfigureAwait(false);
        if (outcome.Failure is { } failure)
            return Problem(context, failure);
        if (outcome.Images.All(image => image.Error is not null))
            return Problem(context, new(StatusCodes.Status400BadRequest, string.Join(' ', outcome.Images.Select(image => image.Error))));
        return outcome.IsForm ? TypedResults.Ok(new PredictionList(outcome.Images)) : TypedResults.Ok(outcome.Images[0]);
    }

    private static IResult Problem(HttpContext context, RequestFailure failure)
    {
        if (failure.RetryAfter is { } retry)
            context.Response.Headers.RetryAfter = Math.Ceiling(retry.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(failure.Detail, statusCode: failure.Status);
    }
}
