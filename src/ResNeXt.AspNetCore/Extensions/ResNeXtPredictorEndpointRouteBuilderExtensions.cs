using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ResNeXt.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of a predictor.</summary>
public static class ResNeXtPredictorEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>POST /predict</c>, which classifies the image in its body or the images of a form, and <c>GET /healthz</c>, <c>/readyz</c> and
    /// <c>/metrics</c>. <c>services.AddResNeXtPredictor</c> registers what they need.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application, or a group of them.</param>
    /// <returns>The endpoints, for example to require authorization for them.</returns>
    public static IEndpointConventionBuilder MapResNeXtPredictor(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RouteGroupBuilder group = endpoints.MapGroup("");
        group.MapPost("/predict", PredictEndpoint.AnswerAsync)
            .WithSummary("Classifies images.")
            .WithDescription("The body is an image file (JPEG, PNG, WebP, GIF or BMP; the content decides, not its type), and the answer is a prediction. "
                + "Or it is a form (multipart/form-data) with one or more files, and the answer is a list of predictions.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddOpenApiOperationTransformer(PredictOperation.Describe);
        StatusEndpoints.Map(group);
        return group;
    }
}
