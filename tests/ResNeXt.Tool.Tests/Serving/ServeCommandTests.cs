using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ResNeXt.Tool.Tests.Serving;

/// <summary>The command <c>serve</c> as a process.</summary>
public sealed class ServeCommandTests
{
    private const int Terminate = 15;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");

    [Fact]
    public async Task Serve_UntilSigterm_PrintsItsAddressAnswersAndEndsWithZero()
    {
        if (OperatingSystem.IsWindows())
            return;
        using Process process = Start("serve", "--model", Model, "--port", "0");
        using var limit = new CancellationTokenSource(Limit);
        string address = (await process.StandardOutput.ReadLineAsync(limit.Token))!;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("Healthy", await client.GetStringAsync($"{address}/readyz", limit.Token));

        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("--port is 70000", "serve", "--model", "m.zip", "--port", "70000")]
    [InlineData("--minimum-probability is 2", "serve", "--model", "m.zip", "--port", "0", "--minimum-probability", "2")]
    [InlineData("--maximum-distance is 0", "serve", "--model", "m.zip", "--port", "0", "--maximum-distance", "0")]
    [InlineData("no-such.zip", "serve", "--model", "no-such.zip", "--port", "0")]
    public async Task Serve_WithAMistake_SaysSoAndEndsWithOne(string mention, params string[] arguments)
    {
        using Process process = Start(arguments);
        using var limit = new CancellationTokenSource(Limit);

        string error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(mention, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Serve_OnAPortThatIsTaken_SaysSoInOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await Serve_WithAMistake_SaysSoAndEndsWithOne(
            "--port 0 for a free one", "serve", "--model", Model, "--port", $"{((IPEndPoint)other.LocalEndpoint).Port}");
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
