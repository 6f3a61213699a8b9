using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ResNeXt.Benchmarks.Parts;

/// <summary>Measures small parts with BenchmarkDotNet.</summary>
internal static class PartsCommand
{
    /// <summary>Runs all, or those that BenchmarkDotNet's own options choose.</summary>
    public static int Run(string[] options)
    {
        // In this process: a project that BenchmarkDotNet generates does not find libtorch.
        IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        string[] all = options.Length > 0 ? options : ["--filter", "*"];
        return BenchmarkSwitcher.FromTypes([typeof(ImageParts), typeof(BatchParts)]).Run(all, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
    }
}
