using ResNeXt.Core.NativeLoading.OneDnn;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>The data caches of an x86 processor, from level 1.</summary>
/// <param name="HiddenByCpuid">Whether the processor announces a list of its caches and then lists none.</param>
/// <param name="Found">The caches as the operating system or the processor's older leaves describe them, else usual ones; empty for others than
/// x86.</param>
/// <param name="UsedByOneDnn">The caches that libtorch's oneDNN reckons with; null where that cannot be told.</param>
/// <param name="Note">Why it cannot be told; else null.</param>
public sealed record MachineCaches(bool HiddenByCpuid, IReadOnlyList<MachineCache> Found, IReadOnlyList<MachineCache>? UsedByOneDnn, string? Note)
{
    /// <param name="library">TorchSharp's native half; zero where it is not loaded.</param>
    internal static MachineCaches Collect(nint library)
    {
        ProcessorInfo? processor = ProcessorInfo.Current;
        string? note = "libtorch is not loaded.";
        OneDnnProcessor? believed = library == 0 ? null : OneDnnAdaptation.Find(library, out note);
        return new(
            processor is { HidesCaches: true }, processor is null ? [] : Of(CacheSources.Choose(processor, Environment.ProcessorCount)),
            believed is null ? null : Of(believed.Caches), note);
    }

    private static MachineCache[] Of(IReadOnlyList<DataCache> caches) =>
        [.. caches.Select((cache, index) => new MachineCache(index + 1, cache.Bytes, cache.SharedBy))];
}

/// <summary>A data cache.</summary>
/// <param name="Level">From 1, the fastest.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="SharedBy">How many logical processors share it.</param>
public sealed record MachineCache(int Level, long Bytes, int SharedBy);
