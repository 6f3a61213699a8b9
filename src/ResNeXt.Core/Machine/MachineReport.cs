using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.TorchRuntime;
using static TorchSharp.torch;

namespace ResNeXt.Core.Machine;

/// <summary>
/// What matters about a machine for training on it, for bug reports. Only <see cref="Problem"/> and the note on the caches may name folders and
/// files.
/// </summary>
/// <param name="Processor">The processor.</param>
/// <param name="Caches">The processor's data caches.</param>
/// <param name="Versions">The versions of the software.</param>
/// <param name="Torch">The settings of libtorch in this process; null if libtorch is not usable.</param>
/// <param name="Memory">The settings of the C library's memory allocator.</param>
/// <param name="SelfCheck">The result of the self-check; null if it failed or libtorch is not usable.</param>
/// <param name="Problem">Why this machine cannot train, in sentences; null if it can.</param>
public sealed record MachineReport(
    MachineProcessor Processor, MachineCaches Caches, MachineVersions Versions, MachineTorch? Torch,
    MachineMemory Memory, SelfCheckReport? SelfCheck, string? Problem)
{
    /// <summary>Loads libtorch, runs the self-check unless this process did so before, and collects the report.</summary>
    /// <remarks>libtorch may be absent; <see cref="Problem"/> says so then.</remarks>
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
            new(NativeMemoryRetention.InForce, NativeMemoryRetention.Settings), check, problem);
    }
}

/// <summary>The settings of libtorch in this process.</summary>
/// <param name="Threads">The number of threads of one operation.</param>
/// <param name="InteropThreads">The number of threads that run operations in parallel.</param>
/// <param name="Capability">The instruction set that libtorch's own code uses, for example AVX2; null if libtorch does not report it.</param>
/// <param name="OneDnn">The state of oneDNN: Untouched, Repaired (given the true cache sizes), Off or Suspect.</param>
/// <param name="OneDnnSetting">The value of the environment variable RESNEXT_ONEDNN; null if it is not set.</param>
/// <param name="NativeHalfAdapted">Whether a copy of TorchSharp's native library was loaded that is adapted to an older libstdc++.</param>
public sealed record MachineTorch(int Threads, int InteropThreads, string? Capability, string OneDnn, string? OneDnnSetting, bool NativeHalfAdapted)
{
    internal static MachineTorch Collect(string? configuration) => new(
        get_num_threads(), get_num_interop_threads(), TorchConfiguration.Capability(configuration), $"{OneDnnAdaptation.State}",
        Environment.GetEnvironmentVariable(OneDnnPolicies.Variable), TorchLibraryLoader.IsPatched);
}

/// <summary>
/// The settings of glibc's memory allocator (<c>mallopt</c>) that training makes for the whole process unless the option <c>RetainNativeMemory</c> is
/// false.
/// </summary>
/// <param name="InForce">Whether training in this process has made the settings.</param>
/// <param name="Settings">The settings with their values; empty on other systems than Linux.</param>
public sealed record MachineMemory(bool InForce, IReadOnlyDictionary<string, int> Settings);
