using ResNeXt.Core.Processors;

namespace ResNeXt.Core.OnnxSessions;

/// <summary>The threads of a session for which nobody chose a number.</summary>
/// <remarks>
/// ONNX Runtime takes one per core of the machine. Where a hypervisor hides the processor's caches, it cannot tell the cores apart: it took one thread
/// for two cores, and scoring had half of the speed. More threads than a container may use would take its processors from each other.
/// </remarks>
internal static class SessionThreads
{
    /// <summary>The number; null where ONNX Runtime's own is right.</summary>
    public static int? Default { get; } = Choose(PhysicalCores.Count(), Environment.ProcessorCount, CpuInfo.Current is { HidesCaches: true });

    /// <summary>Chooses the number; null where ONNX Runtime's own is right.</summary>
    /// <param name="cores">The cores of the machine; null if they are unknown.</param>
    /// <param name="processors">The logical processors that this process may use.</param>
    /// <param name="hidesCaches">Whether the processor hides its caches, see <see cref="CpuInfo.HidesCaches"/>.</param>
    public static int? Choose(int? cores, int processors, bool hidesCaches) =>
        hidesCaches || processors < cores ? Math.Min(cores ?? processors, processors) : null;
}
