using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ResNeXt.AspNetCore.Metrics;

namespace ResNeXt.AspNetCore.Endpoints;

/// <summary>The endpoints for those who operate the server.</summary>
internal static class StatusEndpoints
{
    private const string Plain = "text/plain";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Made now, not at the first request for them, because measurements of before would be missing.
        PrometheusText metrics = endpoints.ServiceProvider.GetRequiredService<PrometheusText>();

        endpoints.MapGet("/healthz", () => TypedResults.Text(nameof(HealthStatus.Healthy)))
            .WithSummary("Whether the process runs.")
            .Produces<string>(StatusCodes.Status200OK, Plain);
        endpoints.MapGet("/readyz", CheckAsync)
            .WithSummary("Whether images can be scored: Healthy, Degraded (a changed model cannot be loaded, the one before it answers) or Unhealthy.")
            .Produces<string>(StatusCodes.Status200OK, Plain).Produces<string>(StatusCodes.Status503ServiceUnavailable, Plain);
        endpoints.MapGet("/metrics", () => TypedResults.Text(metrics.Write(), PrometheusText.ContentType))
            .WithSummary("Counts and times in Prometheus' text format.")
            .Produces<string>(StatusCodes.Status200OK, Plain);
    }

    private static async Task<IResult> CheckAsync(HealthCheckService checks, CancellationToken cancellation)
    {
        HealthReport report = await checks.CheckHealthAsync(check => check.Name == PredictorHealthCheck.Name, cancellation).ConfigureAwait(false);
        string text = string.Join('\n', report.Entries.Values.Select(entry => entry.Description).OfType<string>().Prepend(report.Status.ToString()));
        return TypedResults.Text(text, statusCode: report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK);
    }
}
