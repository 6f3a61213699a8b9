using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ResNeXt.AspNetCore.Tests;

/// <summary>A server on a free port of this machine, as an application makes one, with a copy of the small model.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private TestServer(Action<ResNeXtPredictorOptions>? configure)
    {
        ModelPath = Path.Combine(_folder.Path, "model.zip");
        SmallModel.Place(SmallModel.Path32, ModelPath);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(Log);
        builder.Services.AddRouting();
        builder.Services.AddOpenApi();
        builder.Services.AddResNeXtPredictor(options =>
        {
            options.ModelPath = ModelPath;
            options.ReloadInterval = TimeSpan.FromMilliseconds(20);
            configure?.Invoke(options);
        });
        _app = builder.Build();
        _app.MapResNeXtPredictor();
        _app.MapOpenApi();
    }

    /// <summary>The path of the model, which tests replace.</summary>
    public string ModelPath { get; }

    /// <summary>What the server has logged.</summary>
    public LogLines Log { get; } = new();

    /// <summary>A client of the server.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The predictor that the server uses.</summary>
    public ReloadingPredictor Predictor => _app.Services.GetRequiredService<ReloadingPredictor>();

    public static async Task<TestServer> StartAsync(Action<ResNeXtPredictorOptions>? configure = null)
    {
        var server = new TestServer(configure);
        await server._app.StartAsync();
        server.Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server._app.Urls.Single()) };
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
