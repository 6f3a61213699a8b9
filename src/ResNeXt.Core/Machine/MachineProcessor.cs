using System.Runtime.InteropServices;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.Machine;

/// <summary>The processor.</summary>
/// <param name="Name">The brand name; null if the processor reports none.</param>
/// <param name="Vendor">The vendor, for example AuthenticAMD; null for other processors than x86.</param>
/// <param name="Family">The family including the extended family; null for other processors than x86.</param>
/// <param name="Model">The model including the extended model; null for other processors than x86.</param>
/// <param name="Stepping">The stepping; null for other processors than x86.</param>
/// <param name="Architecture">The architecture of this process, for example X64.</param>
/// <param name="LogicalProcessors">The number of logical processors that this process may use.</param>
/// <param name="Features">The instruction sets that matter here and are usable: AVX2, FMA, AVX-512, bfloat16, VNNI, dot product.</param>
public sealed record MachineProcessor(
    string? Name, string? Vendor, int? Family, int? Model, int? Stepping, string Architecture, int LogicalProcessors, IReadOnlyList<string> Features)
{
    internal static MachineProcessor Collect()
    {
        CpuInfo? cpu = CpuInfo.Current;
        return new(
            cpu?.Name, cpu?.Vendor, cpu?.Family, cpu?.Model, cpu?.Stepping,
            $"{RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount, CpuFeatures.Current.Names);
    }
}
