using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ResNeXt.MLNet;

namespace ResNeXt.Tool.Serving;

/// <summary>The server of the page and of <c>/predict</c>, which only this machine reaches.</summary>
internal static class PageServer
{
    /// <summary>Creates it; it does not listen yet.</summary>
    /// <param name="model">The path of the model.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="options">When the answer is "don't know"; null for the defaults.</param>
    public static WebApplication Create(string model, int port, PredictorOptions? options = null)
    {
        // Empty: settings and environment variables that other programs use must not make this one listen elsewhere.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        // Standard output has the address alone; the rest is for those who watch.
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("ResNeXt", LogLevel.Information)
            // It logs what keeps the server from starting, with a stack trace, and throws it too.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi();
        builder.Services.AddHostFiltering(SetHosts);
        options ??= new PredictorOptions();
        builder.Services.AddResNeXtPredictor(predictor =>
            (predictor.ModelPath, predictor.MinimumScore, predictor.MaximumDistance) = (model, options.MinimumScore, options.MaximumDistance));
        builder.Services.AddSingleton<PageRenderer>();

        WebApplication app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseRouting();
        app.MapResNeXtPredictor();
        app.MapOpenApi();
        PageEndpoints.Map(app);
        return app;
    }

    // Pages of other sites reach this machine under names of their own, if these lead here.
    private static void SetHosts(HostFilteringOptions options) => options.AllowedHosts = ["127.0.0.1", "localhost"];
}
