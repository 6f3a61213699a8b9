using System.Diagnostics;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>Computes probes, and where some are wrong applies one remedy after the other until none is.</summary>
/// <param name="probes">The probes.</param>
/// <param name="remedies">What may help, the cheapest first.</param>
internal sealed class SelfCheckRun(IReadOnlyList<ComputationProbe> probes, IReadOnlyList<Remedy> remedies)
{
    private const int NamedFaults = 3;

    /// <summary>What nothing may compute with any more.</summary>
    public ProbeParts Removed { get; private set; }

    /// <summary>Runs it on a thread of its own, so that neither the caller's gradient mode nor its dispose scopes play a part.</summary>
    /// <exception cref="UnsoundComputationException">Some are still wrong.</exception>
    public SelfCheckReport Run() => OnThreadOfItsOwn(RunHere).GetAwaiter().GetResult();

    private SelfCheckReport RunHere()
    {
        long start = Stopwatch.GetTimestamp();
        List<string> warnings = [], steps = [];
        IReadOnlyList<ProbeFault> faults = Faults();
        foreach (Remedy remedy in remedies)
        {
            if (faults.Count == 0)
                break;
            if (!faults.Any(fault => (fault.Probe.Parts & remedy.Cures) != 0) || !remedy.TryApply())
                continue;
            Removed |= remedy.Removes;
            if (remedy.Step is { } step)
            {
                steps.Add(step);
                warnings.Add($"libtorch computes wrongly on this machine ({Describe(faults)}; {ProcessorInfo.Current}): {step}.");
            }
            faults = Faults();
        }
        return faults.Count == 0
            ? new([.. probes.Select(probe => probe.Name)], Stopwatch.GetElapsedTime(start).TotalMilliseconds, warnings)
            : throw Unsound(faults, steps);
    }

    // Most of the time goes into compiling what is called for the first time: the kernels on one core, libtorch's operations on another.
    private IReadOnlyList<ProbeFault> Faults()
    {
        ILookup<bool, ComputationProbe> allowed = probes.Where(probe => (probe.Parts & Removed) == 0).ToLookup(probe => (probe.Parts & ProbeParts.Kernel) != 0);
        Task<IReadOnlyList<ProbeFault>> ofKernels = OnThreadOfItsOwn(() => FaultsOf(allowed[true]));
        IReadOnlyList<ProbeFault> others = FaultsOf(allowed[false]);
        return [.. others, .. ofKernels.GetAwaiter().GetResult()];
    }

    private static IReadOnlyList<ProbeFault> FaultsOf(IEnumerable<ComputationProbe> probes) =>
        [.. probes.Select(probe => new ProbeFault(probe, probe.Error())).Where(fault => !(fault.Error <= fault.Probe.Tolerance))];

    private static Task<T> OnThreadOfItsOwn<T>(Func<T> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string Describe(IReadOnlyList<ProbeFault> faults) =>
        string.Join(", ", faults.Take(NamedFaults)) + (faults.Count > NamedFaults ? $" and {faults.Count - NamedFaults} more" : "");

    private static UnsoundComputationException Unsound(IReadOnlyList<ProbeFault> faults, IReadOnlyList<string> steps) => new(
        $"libtorch computes wrongly on this machine, so nothing is trained or exported: {Describe(faults)}. "
        + $"The processor is {ProcessorInfo.Current?.ToString() ?? "not an x86 processor"}. "
        + (steps.Count > 0 ? $"Tried without success: {string.Join("; ", steps)}. " : "")
        + "Train on another machine (scoring an exported ONNX model does not use libtorch), "
        + $"or with another version of libtorch. {OneDnnAdaptation.RepairRefusal}".TrimEnd());
}
