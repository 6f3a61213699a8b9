using System.Diagnostics;

namespace ResNeXt.Benchmarks.Serving;

/// <summary><c>resnext serve</c> as a process of its own, on a free port.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Its address.</summary>
    public Uri Address { get; }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>How much memory it has now, in MiB.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024);
        }
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public static async Task<ServerProcess> StartAsync(string model)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "resnext.dll");
        Process process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "serve", "--model", model, "--port", "0"]) { RedirectStandardOutput = true })!;
        string? address = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        return address is null
            ? throw new InvalidOperationException("The server did not start; see its message above.")
            : new ServerProcess(process, new Uri(address));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
