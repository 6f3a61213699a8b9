using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ResNeXt.AspNetCore;

/// <summary>
/// Loads the model when the application starts, which ends it if the model cannot be loaded, and looks for changes of the file while it runs.
/// </summary>
// The file is looked at instead of watched: notifications miss changes through links and on network and container volumes.
internal sealed class ModelReloading(ReloadingPredictor predictor, IOptions<ResNeXtPredictorOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.ReloadOnChange)
            return;
        using var timer = new PeriodicTimer(options.Value.ReloadInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            predictor.ReloadIfChanged();
    }
}
