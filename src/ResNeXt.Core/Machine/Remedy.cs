using ResNeXt.Core.Kernels;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.Machine;

/// <summary>Something that may make wrong computations right.</summary>
/// <param name="Cures">What a wrong probe must compute with for it to be of use.</param>
/// <param name="Removes">What nothing computes with afterwards: probes with it no longer count.</param>
/// <param name="Step">What was done, as the second half of a sentence; null where nothing is lost by it.</param>
/// <param name="TryApply">Does it; false where it cannot be done or changes nothing.</param>
internal sealed record Remedy(ProbeParts Cures, ProbeParts Removes, string? Step, Func<bool> TryApply)
{
    /// <summary>Those of this process, the cheapest first.</summary>
    public static IReadOnlyList<Remedy> All { get; } =
    [
        new(ProbeParts.OneDnn, ProbeParts.None, null, RepairCaches),
        new(ProbeParts.OneDnn, ProbeParts.None, "oneDNN is switched off, and training takes longer", SwitchOneDnnOff),
        new(ProbeParts.BFloat16, ProbeParts.BFloat16, "training computes in float32 instead of bfloat16, and takes longer", static () => true),
        new(ProbeParts.Kernel, ProbeParts.Kernel,
            "libtorch computes what this library's own kernels would, and training takes longer", SwitchKernelsOff),
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
