using ResNeXt.Core.Machine.Probes;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.Machine;

/// <summary>
/// Checks, once per process, that libtorch computes correctly on this machine: compares the kinds of convolutions that the networks use, and this
/// library's own kernels, with products in float64. Training, the learning-rate finder and the verification of exports run it before they compute
/// anything.
/// </summary>
public static class SelfCheck
{
    private static readonly Lock Gate = new();
    private static SelfCheckReport? _float32, _bfloat16;
    private static volatile ProbeParts _removed;

    /// <summary>Makes the probes; the argument is whether they compute in bfloat16. Tests replace it.</summary>
    internal static Func<bool, IReadOnlyList<ComputationProbe>> Probes { get; set; } = ComputationProbes.Of;

    /// <summary>False if the self-check found that bfloat16 computes wrong results.</summary>
    internal static bool AllowsBFloat16 => (_removed & ProbeParts.BFloat16) == 0;

    /// <summary>
    /// Runs the check unless this process did so before: in float32, and in bfloat16 if training uses it on this processor by default.
    /// </summary>
    /// <returns>What was checked, and what was switched off.</returns>
    /// <exception cref="UnsoundComputationException">libtorch computes wrong results, and no fallback helps.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing or does not load; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">An environment variable of this library has an invalid value.</exception>
    public static SelfCheckReport Run() => Run(OneDnnAdaptation.AcceleratesBFloat16);

    /// <summary>Checks what a computation needs.</summary>
    /// <param name="inBFloat16">Whether the computation uses bfloat16 on the CPU.</param>
    internal static SelfCheckReport Run(bool inBFloat16)
    {
        TorchLibrary.EnsureLoaded();
        lock (Gate)
        {
            _float32 ??= RunProbes(inBFloat16: false);
            if (!inBFloat16)
                return _float32;
            _bfloat16 ??= RunProbes(inBFloat16: true);
            return new([.. _float32.Checked, .. _bfloat16.Checked],
                _float32.Milliseconds + _bfloat16.Milliseconds, [.. _float32.Warnings, .. _bfloat16.Warnings]);
        }
    }

    private static SelfCheckReport RunProbes(bool inBFloat16)
    {
        var run = new SelfCheckRun(Probes(inBFloat16), Fallback.All);
        SelfCheckReport report = run.Run();
        _removed |= run.Removed;
        return inBFloat16 || OneDnnAdaptation.Warning is not { } warning ? report : report with { Warnings = [warning, .. report.Warnings] };
    }
}
