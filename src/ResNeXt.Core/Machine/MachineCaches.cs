using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>The data caches of an x86 processor, from level 1.</summary>
/// <param name="HiddenByCpuid">Whether the processor announces a list of its caches and then lists none.</param>
/// <param name="Found">
/// The caches as the operating system or the processor's older CPUID leaves describe them, or else typical ones; empty for other processors than x86.
/// </param>
/// <param name="UsedByOneDnn">The caches that libtorch's oneDNN assumes; null if unknown.</param>
/// <param name="Note">Why that is unknown; null if it is known.</param>
public sealed record MachineCaches(bool HiddenByCpuid, IReadOnlyList<MachineCache> Found, IReadOnlyList<MachineCache>? UsedByOneDnn, string? Note)
{
    /// <param name="library">The handle of TorchSharp's native library; zero if it is not loaded.</param>
    internal static MachineCaches Collect(nint library)
    {
        CpuInfo? cpu = CpuInfo.Current;
        string? note = "libtorch is not loaded.";
        OneDnnCpuInfo? assumed = library == 0 ? null : OneDnnAdaptation.Find(library, out note);
        return new(
            cpu is { HidesCaches: true }, cpu is null ? [] : Of(CacheDetection.Detect(cpu, Environment.ProcessorCount)),
            assumed is null ? null : Of(assumed.Caches), note);
    }

    private static MachineCache[] Of(IReadOnlyList<DataCache> caches) =>
        [.. caches.Select((cache, index) => new MachineCache(index + 1, cache.Bytes, cache.SharedBy))];
}

/// <summary>A data cache.</summary>
/// <param name="Level">The level, from 1, the fastest.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="SharedBy">The number of logical processors that share the cache.</param>
public sealed record MachineCache(int Level, long Bytes, int SharedBy);
