using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ResNeXt.AspNetCore;
using ResNeXt.MLNet;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Scoring;

namespace ResNeXt.Tool.Serving;

/// <summary>The command <c>serve</c>: a page to classify pictures on, and the same over HTTP, for programs on this machine.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 8080;
    private const int ClassesShown = 10;

    private static readonly Option<string> Model = new("--model") { Description = "A saved model; loaded again when the file changes.", HelpName = "MODEL.zip", Required = true };
    private static readonly Option<int> Port = new("--port") { Description = "Port on this machine; 0 takes a free one.", HelpName = "N", DefaultValueFactory = _ => DefaultPort };

    public static Command Create()
    {
        var command = new Command("serve", "Serves a page on this machine to classify pictures on, and answers programs over HTTP.") 
        {
            Model, Port, DontKnow.MinimumProbability, DontKnow.MaximumDistance,
        };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(Model), parsed.GetValue(Port), DontKnow.Of(parsed)).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(string model, int port, PredictorOptions options)
    {
        if (port is < 0 or > ushort.MaxValue)
            throw new ArgumentException($"--port is {port}; it must be from 0, which takes a free one, to {ushort.MaxValue}.");
        options.Validate();
        using var interruption = new Interruption("Stopping after the requests that are being answered.");
        WebApplication server = PageServer.Create(model, port, options);
        await using (server.ConfigureAwait(false))
        {
            // Loads the model, so that a mistake in it is reported before the port is taken.
            IReadOnlyList<string> classes = server.Services.GetRequiredService<ReloadingPredictor>().ClassNames;
            await StartAsync(server, port).ConfigureAwait(false);
            Console.WriteLine(server.Urls.Single());
            Console.WriteLine($"Open this address in a browser. {Path.GetFileName(model)} has {classes.Count} classes: {string.Join(", ", classes.Take(ClassesShown))}"
                + $"{(classes.Count > ClassesShown ? ", ..." : "")}. Ctrl+C stops.");
            await server.WaitForShutdownAsync(interruption.Token).ConfigureAwait(false);
        }
        return ExitCode.Done;
    }

    private static async Task StartAsync(WebApplication server, int port)
    {
        try
        {
            await server.StartAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new IOException($"Port {port} cannot be used: {exception.Message.TrimEnd('.')}. Name another one with --port, or --port 0 for a free one.", exception);
        }
    }
}
