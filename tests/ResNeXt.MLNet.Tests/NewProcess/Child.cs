using System.Diagnostics;

namespace ResNeXt.MLNet.Tests.NewProcess;

/// <summary>Runs <see cref="ChildProgram"/>.</summary>
internal static class Child
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end, with a temporary folder of its own, and returns the lines it wrote.</summary>
    /// <param name="temporaryFolder">What the process takes for the folder of temporary files.</param>
    /// <param name="isKilled">Whether it is to end by being killed; if not, it must succeed.</param>
    /// <param name="arguments">What to do.</param>
    public static Task<string[]> RunAsync(string temporaryFolder, bool isKilled, params string[] arguments) =>
        RunAsync(temporaryFolder, isKilled, static _ => { }, arguments);

    /// <summary>Runs it to its end, in an environment of its own, and returns the lines it wrote.</summary>
    /// <param name="temporaryFolder">What the process takes for the folder of temporary files.</param>
    /// <param name="configure">Changes the environment of the process.</param>
    /// <param name="arguments">What to do.</param>
    public static Task<string[]> RunAsync(string temporaryFolder, Action<ProcessStartInfo> configure, params string[] arguments) =>
        RunAsync(temporaryFolder, isKilled: false, configure, arguments);

    private static async Task<string[]> RunAsync(
        string temporaryFolder, bool isKilled, Action<ProcessStartInfo> configure, string[] arguments)
    {
        using Process process = Start(temporaryFolder, configure, arguments);
        using var limit = new CancellationTokenSource(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        bool isAsExpected = isKilled == (process.ExitCode != 0);
        Assert.True(isAsExpected, $"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
        return (await output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Starts it, with a temporary folder of its own.</summary>
    /// <param name="temporaryFolder">What the process takes for the folder of temporary files.</param>
    /// <param name="arguments">What to do.</param>
    public static Process Start(string temporaryFolder, params string[] arguments) => Start(temporaryFolder, static _ => { }, arguments);

    private static Process Start(string temporaryFolder, Action<ProcessStartInfo> configure, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(ChildProgram).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet")
            start.FileName = "dotnet";
        foreach (string name in (string[])["TMPDIR", "TMP", "TEMP"])
            start.Environment[name] = temporaryFolder;
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        // Its pipes and sockets would be temporary files too.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        configure(start);
        return Process.Start(start)!;
    }
}
