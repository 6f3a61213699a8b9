using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>
/// Compares convolutions of the kinds that networks use, and this library's own kernels, with products in float64, once per process. Training, the
/// learning-rate finder and the verification of exports run it themselves, before anything else is computed.
/// </summary>
public static class SelfCheck
{
    private static readonly Lock Gate = new();
    private static SelfCheckReport? float32, bfloat16;
    private static volatile ProbeParts removed;

    /// <summary>What is compared; tests replace it.</summary>
    internal static Func<bool, IReadOnlyList<ComputationProbe>> Probes { get; set; } = ComputationProbes.Of;

    /// <summary>Whether bfloat16 was found right, or not looked at yet.</summary>
    internal static bool AllowsBFloat16 => (removed & ProbeParts.BFloat16) == 0;

    /// <summary>Runs it, unless this process did already: float32, and bfloat16 where trainings on this processor choose it.</summary>
    /// <returns>What was found.</returns>
    /// <exception cref="UnsoundComputationException">libtorch computes wrongly, and nothing helps.</exception>
    /// <exception cref="DllNotFoundException">libtorch is not there or does not load; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">The environment variable RESNEXT_ONEDNN has a wrong value.</exception>
    public static SelfCheckReport Run() => Run(Processor.PrefersBFloat16);

    /// <summary>Runs what a computation needs.</summary>
    /// <param name="inBFloat16">Whether it computes in bfloat16 on the CPU.</param>
    internal static SelfCheckReport Run(bool inBFloat16)
    {
        TorchLibrary.EnsureLoaded();
        lock (Gate)
        {
            float32 ??= RunProbes(inBFloat16: false);
            if (!inBFloat16)
                return float32;
            bfloat16 ??= RunProbes(inBFloat16: true);
            return new([.. float32.Checked, .. bfloat16.Checked],
                float32.Milliseconds + bfloat16.Milliseconds, [.. float32.Warnings, .. bfloat16.Warnings]);
        }
    }

    private static SelfCheckReport RunProbes(bool inBFloat16)
    {
        var run = new SelfCheckRun(Probes(inBFloat16), Remedy.All);
        SelfCheckReport report = run.Run();
        removed |= run.Removed;
        return inBFloat16 || OneDnnAdaptation.Warning is not { } warning ? report : report with { Warnings = [warning, .. report.Warnings] };
    }
}
