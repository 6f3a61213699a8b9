using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNeXt.AspNetCore;
using ResNeXt.AspNetCore.Metrics;
using ResNeXt.AspNetCore.Requests;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the predictor of a saved ResNeXt classifier.</summary>
public static class ResNeXtPredictorServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="ReloadingPredictor"/> with its health check and its meter. The model is loaded when the application starts; if that
    /// fails, so does the start.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="modelPath">The path of the model, a file that <c>mlContext.Model.Save</c> wrote.</param>
    public static IServiceCollection AddResNeXtPredictor(this IServiceCollection services, string modelPath) =>
        services.AddResNeXtPredictor(options => options.ModelPath = modelPath);

    /// <inheritdoc cref="AddResNeXtPredictor(IServiceCollection, string)"/>
    /// <param name="services">The services of the application.</param>
    /// <param name="section">A section of the configuration with the options, for example <c>"ModelPath": "model.zip"</c>.</param>
    public static IServiceCollection AddResNeXtPredictor(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddResNeXtPredictor(section.Bind);
    }

    /// <inheritdoc cref="AddResNeXtPredictor(IServiceCollection, string)"/>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddResNeXtPredictor(this IServiceCollection services, Action<ResNeXtPredictorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResNeXtPredictorOptions>, ResNeXtPredictorOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PredictorMetrics>();
        services.TryAddSingleton<PrometheusText>();
        services.TryAddSingleton(provider => new ReloadingPredictor(
            provider.GetRequiredService<IOptions<ResNeXtPredictorOptions>>(), provider.GetRequiredService<PredictorMetrics>(),
            provider.GetRequiredService<ILogger<ReloadingPredictor>>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PredictionRequests>();
        services.AddHostedService<ModelReloading>();
        if (!services.Any(service => service.ServiceType == typeof(PredictorHealthCheck)))
        {
            services.AddSingleton<PredictorHealthCheck>();
            services.AddHealthChecks().AddCheck<PredictorHealthCheck>(PredictorHealthCheck.Name, tags: ["ready"]);
        }
        return services;
    }
}
