using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using ResNeXt.AspNetCore.Requests;

namespace ResNeXt.AspNetCore.Endpoints;

/// <summary>Describes what <c>POST /predict</c> takes and answers, in an OpenAPI document.</summary>
internal static class PredictOperation
{
    private static readonly string[] ImageTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "application/octet-stream"];

    public static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var binary = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var content = ImageTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = binary });
        content["multipart/form-data"] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema> { ["images"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = binary } },
            },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "An image file, or a form with one or more files under any names.",
            Required = true,
            Content = content,
        };
        operation.Parameters =
        [
            new OpenApiParameter
            {
                Name = PredictEndpoint.Top,
                In = ParameterLocation.Query,
                Description = "The number of classes to list.",
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = PredictEndpoint.MaximumTop.ToString(CultureInfo.InvariantCulture),
                    Default = JsonValue.Create(context.ApplicationServices.GetRequiredService<IOptions<ResNeXtPredictorOptions>>().Value.Top),
                },
            },
            new OpenApiParameter
            {
                Name = PredictEndpoint.Explain,
                In = ParameterLocation.Query,
                Description = "Whether to say where in the image the network found what speaks for the most probable class.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = JsonValue.Create(false) },
            },
        ];
        operation.Responses ??= [];
        operation.Responses["200"] = new OpenApiResponse
        {
            Description = "The prediction of an image, or those of the images of a form.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        OneOf =
                        [
                            await context.GetOrCreateSchemaAsync(typeof(ImageAnswer), cancellationToken: cancellation).ConfigureAwait(false),
                            await context.GetOrCreateSchemaAsync(typeof(PredictionList), cancellationToken: cancellation).ConfigureAwait(false),
                        ],
                    },
                },
            },
        };
    }
}
