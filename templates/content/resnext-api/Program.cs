using Microsoft.ML;
using ResNeXt.MLNet;

// Classifies images: curl --data-binary @holiday.jpg http://localhost:5000/predict
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string modelFile = builder.Configuration["Model"] ?? "model.zip";
// One predictor for all requests: it may be used from any number of threads, and scores as many images at a time as there are processors.
builder.Services.AddSingleton(_ => ResNeXtPredictor.Load(new MLContext(), modelFile));
builder.Services.AddProblemDetails();

WebApplication app = builder.Build();
app.UseExceptionHandler();
// Load the model before the first request: a missing model ends the program here.
app.Services.GetRequiredService<ResNeXtPredictor>();

app.MapGet("/healthz", () => "ok");
app.MapPost("/predict", async (HttpRequest request, ResNeXtPredictor predictor, CancellationToken cancellationToken) =>
{
    try
    {
        ImagePrediction prediction = await predictor.PredictAsync(request.Body, cancellationToken);
        return Results.Ok(new { prediction.Label, prediction.Score, Top = prediction.GetTopK(5) });
    }
    catch (InvalidDataException exception)
    {
        return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
app.Run();
