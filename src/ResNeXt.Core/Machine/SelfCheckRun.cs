using System.Diagnostics;
using ResNeXt.Core.Machine.Probes;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>One self-check: runs the probes and, while some are wrong, applies one fallback after the other.</summary>
/// <param name="probes">The probes.</param>
/// <param name="fallbacks">The fallbacks in the order to try them.</param>
internal sealed class SelfCheckRun(IReadOnlyList<ComputationProbe> probes, IReadOnlyList<Fallback> fallbacks)
{
    private const int NamedFaults = 3;

    /// <summary>The components that nothing may use any more.</summary>
    public ProbeParts Removed { get; private set; }

    /// <summary>Runs the check on a new thread, which the caller's gradient mode and dispose scopes do not affect.</summary>
    /// <exception cref="UnsoundComputationException">Some probes are wrong after all fallbacks.</exception>
    public SelfCheckReport Run() => OnNewThread(RunHere).GetAwaiter().GetResult();

    private SelfCheckReport RunHere()
    {
        long start = Stopwatch.GetTimestamp();
        List<string> warnings = [], steps = [];
        IReadOnlyList<ProbeFault> faults = Faults();
        foreach (Fallback fallback in fallbacks)
        {
            if (faults.Count == 0)
                break;
            if (!faults.Any(fault => (fault.Probe.Parts & fallback.Cures) != 0) || !fallback.TryApply())
                continue;
            Removed |= fallback.Removes;
            if (fallback.Step is { } step)
            {
                steps.Add(step);
                warnings.Add($"libtorch computes wrongly on this machine ({Describe(faults)}; {Processor}): {step}.");
            }
            faults = Faults();
        }
        return faults.Count == 0
            ? new([.. probes.Select(probe => probe.Name)], Stopwatch.GetElapsedTime(start).TotalMilliseconds, warnings)
            : throw Unsound(faults, steps);
    }

    // Most of the time is JIT compilation of code that runs for the first time, so two threads halve it.
    private IReadOnlyList<ProbeFault> Faults()
    {
        ILookup<bool, ComputationProbe> allowed = probes.Where(probe => (probe.Parts & Removed) == 0)
            .ToLookup(probe => (probe.Parts & ProbeParts.Kernel) != 0);
        Task<IReadOnlyList<ProbeFault>> ofKernels = OnNewThread(() => FaultsOf(allowed[true]));
        IReadOnlyList<ProbeFault> others = FaultsOf(allowed[false]);
        return [.. others, .. ofKernels.GetAwaiter().GetResult()];
    }

    private static IReadOnlyList<ProbeFault> FaultsOf(IEnumerable<ComputationProbe> probes) =>
        [.. probes.Select(probe => new ProbeFault(probe, probe.Error())).Where(fault => !(fault.Error <= fault.Probe.Tolerance))];

    private static Task<T> OnNewThread<T>(Func<T> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string Processor => CpuInfo.Current?.ToString() ?? "not an x86 processor";

    private static string Describe(IReadOnlyList<ProbeFault> faults) =>
        string.Join(", ", faults.Take(NamedFaults)) + (faults.Count > NamedFaults ? $" and {faults.Count - NamedFaults} more" : "");

    private static UnsoundComputationException Unsound(IReadOnlyList<ProbeFault> faults, IReadOnlyList<string> steps) => new(
        $"libtorch computes wrongly on this machine, so nothing is trained or exported: {Describe(faults)}. "
        + $"The processor is {Processor}. "
        + (steps.Count > 0 ? $"Tried without success: {string.Join("; ", steps)}. " : "")
        + "Train on another machine (scoring an exported ONNX model does not use libtorch), "
        + $"or with another version of libtorch. {OneDnnAdaptation.RepairRefusal}".TrimEnd());
}
