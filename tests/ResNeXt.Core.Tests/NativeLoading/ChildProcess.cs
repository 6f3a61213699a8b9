using System.Diagnostics;

namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>A fresh process with the test's own files, which runs one scenario of <see cref="StartupHook"/>.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end and returns everything that it wrote.</summary>
    /// <param name="scenario">One that <see cref="StartupHook"/> knows.</param>
    /// <param name="folder">The application's folder.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    public static async Task<string> RunAsync(string scenario, string folder, params (string Name, string? Value)[] environment)
    {
        string program = Path.Combine(folder, Path.GetFileName(typeof(ChildProcess).Assembly.Location));
        var start = new ProcessStartInfo("dotnet", ["exec", program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_STARTUP_HOOKS"] = program;
        start.Environment[StartupHook.Variable] = scenario;
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return $"{await output}{await errors}".TrimEnd();
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"The scenario '{scenario}' did not end.");
        }
    }
}
