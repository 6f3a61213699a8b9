// Classifies images: curl --data-binary @holiday.jpg http://localhost:5000/predict
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
// Loads the model at the start, and again when the file changes. appsettings.json has its path; the other options may be added there.
builder.Services.AddResNeXtPredictor(builder.Configuration.GetSection("Predictor"));
builder.Services.AddProblemDetails();
builder.Services.AddOpenApi();

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapResNeXtPredictor(); // POST /predict, GET /healthz, /readyz, /metrics
app.MapOpenApi(); // GET /openapi/v1.json
app.Run();
