using Microsoft.Extensions.Hosting;

namespace ResNeXt.Tool.Serving;

/// <summary>Leaves the signals of the system to the command, which handles them as all commands do.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
