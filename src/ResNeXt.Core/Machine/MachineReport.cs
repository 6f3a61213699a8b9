using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;
using ResNeXt.Core.TorchRuntime;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine;

/// <summary>What matters of a machine for training on it, for a bug report: nothing in it names the user or a file.</summary>
/// <param name="Processor">The processor.</param>
/// <param name="Caches">Its data caches.</param>
/// <param name="Versions">The software.</param>
/// <param name="Torch">libtorch in this process; null where it is not usable.</param>
/// <param name="Memory">Settings of the C library's memory.</param>
/// <param name="SelfCheck">What the self-check found; null where it failed or libtorch is not usable.</param>
/// <param name="Problem">Why this machine cannot train, in sentences; null where it can.</param>
public sealed record MachineReport(
    MachineProcessor Processor, MachineCaches Caches, MachineVersions Versions, MachineTorch? Torch,
    MachineMemory Memory, SelfCheckReport? SelfCheck, string? Problem)
{
    /// <summary>Loads libtorch, runs the self-check unless this process did already, and collects.</summary>
    /// <remarks>libtorch may be absent: the report says so then.</remarks>
    public static MachineReport Collect()
    {
        SelfCheckReport? check = null;
        string? problem = null;
        try
        {
            check = Machine.SelfCheck.Run();
        }
        catch (Exception exception) when (exception is DllNotFoundException or InvalidOperationException)
        {
            problem = exception.Message;
        }
        nint library = TorchLibraryLoader.IsLoaded ? TorchLibraryLoader.LoadOnce() : 0;
        string? configuration = library == 0 ? null : TorchConfiguration.Read(library);
        return new(
            MachineProcessor.Collect(), MachineCaches.Collect(library), MachineVersions.Collect(configuration),
            library == 0 ? null : MachineTorch.Collect(configuration),
            new(KeptMemory.InForce, KeptMemory.Settings), check, problem);
    }
}

/// <summary>libtorch in this process.</summary>
/// <param name="Threads">Threads of an operation.</param>
/// <param name="InteropThreads">Threads that run operations side by side.</param>
/// <param name="Capability">The instructions that its own code uses, for example AVX2; null where it does not say.</param>
/// <param name="OneDnn">What was done to oneDNN: Untouched, Repaired (given true sizes of caches), Off or Suspect.</param>
/// <param name="OneDnnSetting">The environment variable RESNEXT_ONEDNN; null where it is not set.</param>
/// <param name="NativeHalfAdapted">Whether TorchSharp's native half was adapted to an older libstdc++.</param>
public sealed record MachineTorch(int Threads, int InteropThreads, string? Capability, string OneDnn, string? OneDnnSetting, bool NativeHalfAdapted)
{
    internal static MachineTorch Collect(string? configuration) => new(
        get_num_threads(), get_num_interop_threads(), TorchConfiguration.Capability(configuration), $"{OneDnnAdaptation.State}",
        Environment.GetEnvironmentVariable(OneDnnPolicies.Variable), TorchLibraryLoader.IsPatched);
}

/// <summary>The memory settings that training makes for the process (glibc's <c>mallopt</c>).</summary>
/// <param name="InForce">Whether a training of this process has made them.</param>
/// <param name="Settings">The settings with their values; empty on systems without glibc.</param>
public sealed record MachineMemory(bool InForce, IReadOnlyDictionary<string, int> Settings);
