using System.Runtime.Intrinsics.X86;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.Processors;

/// <summary>What the processor can do that .NET does not say.</summary>
internal static class Processor
{
    private const int ExtendedFeatures = 7, BFloat16Bit = 5;

    /// <summary>
    /// Whether it multiplies bfloat16 numbers: AVX512-BF16, which every processor with AMX-BF16 has too. .NET's own answer for AVX-512 covers what the
    /// operating system must allow.
    /// </summary>
    public static bool HasBFloat16 { get; } = X86Base.IsSupported && Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= ExtendedFeatures
        && (X86Base.CpuId(ExtendedFeatures, 1).Eax >> BFloat16Bit & 1) == 1;

    /// <summary>Whether training in bfloat16 is faster: libtorch's own code, which computes where oneDNN is switched off, gains nothing by it.</summary>
    public static bool PrefersBFloat16 => HasBFloat16 && OneDnnAdaptation.State != OneDnnState.Off;
}
