using System.Diagnostics;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>How much memory this process has, in MiB.</summary>
internal static class ProcessMemory
{
    /// <summary>The most so far (<c>VmHWM</c> on Linux).</summary>
    public static double Peak => Of(process => process.PeakWorkingSet64);

    /// <summary>Now (<c>VmRSS</c> on Linux).</summary>
    public static double Now => Of(process => process.WorkingSet64);

    private static double Of(Func<Process, long> bytes)
    {
        using Process process = Process.GetCurrentProcess();
        return bytes(process) / (1024.0 * 1024);
    }
}
