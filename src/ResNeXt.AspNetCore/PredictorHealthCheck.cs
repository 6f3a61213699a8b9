using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ResNeXt.AspNetCore;

/// <summary>Healthy while a model answers; degraded while it is not the one in the file, because that one cannot be loaded.</summary>
internal sealed class PredictorHealthCheck(ReloadingPredictor predictor) : IHealthCheck
{
    /// <summary>The name of the check.</summary>
    public const string Name = "resnext-predictor";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        predictor.IsDisposed ? new HealthCheckResult(context.Registration.FailureStatus, "The model is freed: the application stops.")
        : predictor.ReloadError is { } error ? HealthCheckResult.Degraded($"The model has changed, but cannot be loaded; the one before it answers. {error}")
        : HealthCheckResult.Healthy());
}
