using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ResNeXt.Core.Processors;
using Arm = System.Runtime.Intrinsics.Arm;

namespace ResNeXt.Core.Machine;

/// <summary>The processor, as CPUID and .NET describe it.</summary>
/// <param name="Name">What its maker calls it; null where it does not say.</param>
/// <param name="Vendor">For example AuthenticAMD; null for others than x86.</param>
/// <param name="Family">The family, extensions included; null for others than x86.</param>
/// <param name="Model">The model, extensions included; null for others than x86.</param>
/// <param name="Stepping">The stepping; null for others than x86.</param>
/// <param name="Architecture">Of this process, for example X64.</param>
/// <param name="LogicalProcessors">Those that this process may use.</param>
/// <param name="Features">Of AVX2, FMA, AVX-512, bfloat16 and VNNI those that the processor has and the system allows.</param>
public sealed record MachineProcessor(
    string? Name, string? Vendor, int? Family, int? Model, int? Stepping, string Architecture, int LogicalProcessors, IReadOnlyList<string> Features)
{
    internal static MachineProcessor Collect()
    {
        ProcessorInfo? processor = ProcessorInfo.Current;
        (string Name, bool Has)[] features =
        [
            ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512", Avx512F.IsSupported),
            ("bfloat16", Processor.HasBFloat16),
            ("VNNI", X86Base.IsSupported && Int8Instructions.AreSupported), ("dot product", Arm.Dp.IsSupported),
        ];
        return new(
            processor?.Name, processor?.Vendor, processor?.Family, processor?.Model, processor?.Stepping,
            $"{RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount,
            [.. features.Where(feature => feature.Has).Select(feature => feature.Name)]);
    }
}
