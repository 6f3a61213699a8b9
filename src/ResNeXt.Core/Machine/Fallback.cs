using ResNeXt.Core.Kernels;
using ResNeXt.Core.Machine.Probes;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.Machine;

/// <summary>A measure that the self-check takes against wrong results: repairing a component, or computing without it.</summary>
/// <param name="Cures">The components whose errors it can help against.</param>
/// <param name="Removes">The components that nothing uses afterwards: probes that use one of them no longer count.</param>
/// <param name="Step">What was done, as the second half of a sentence; null if nothing is lost by it.</param>
/// <param name="TryApply">Takes the measure; returns false if that is impossible or changes nothing.</param>
internal sealed record Fallback(ProbeParts Cures, ProbeParts Removes, string? Step, Func<bool> TryApply)
{
    /// <summary>The fallbacks in the order in which they are tried, the cheapest first.</summary>
    public static IReadOnlyList<Fallback> All { get; } =
    [
        new(ProbeParts.OneDnn, ProbeParts.None, null, RepairCaches),
        new(ProbeParts.OneDnn, ProbeParts.None, "oneDNN is switched off, and training takes longer", SwitchOneDnnOff),
        new(ProbeParts.BFloat16, ProbeParts.BFloat16, "training computes in float32 instead of bfloat16, and takes longer", static () => true),
        new(ProbeParts.Kernel, ProbeParts.Kernel,
            "libtorch's operations replace this library's own kernels, and training takes longer", SwitchKernelsOff),
    ];

    private static bool RepairCaches()
    {
        OneDnnPolicy policy = OneDnnPolicies.Parse(Environment.GetEnvironmentVariable(OneDnnPolicies.Variable));
        OneDnnState before = OneDnnAdaptation.State;
        return before is OneDnnState.Untouched or OneDnnState.Suspect
            && OneDnnAdaptation.TryRepair(TorchLibraryLoader.LoadOnce(), policy) && OneDnnAdaptation.State != before;
    }

    private static bool SwitchOneDnnOff() =>
        OneDnnAdaptation.State != OneDnnState.Off && OneDnnAdaptation.SwitchOff(TorchLibraryLoader.LoadOnce());

    private static bool SwitchKernelsOff()
    {
        KernelSwitch.IsOn = false;
        return true;
    }
}
