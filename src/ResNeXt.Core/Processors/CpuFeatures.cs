using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ResNeXt.Core.Processors;

/// <summary>
/// The instruction sets that matter for training and scoring: those that the processor has and the operating system allows programs to use.
/// </summary>
/// <param name="HasAvx2">Whether integer vectors of 256 bits are available (AVX2).</param>
/// <param name="HasFma">Whether a multiplication and an addition are one instruction (FMA).</param>
/// <param name="HasAvx512">Whether vectors of 512 bits are available (AVX-512F).</param>
/// <param name="HasBFloat16">Whether bfloat16 numbers are multiplied directly (AVX512-BF16; every processor with AMX-BF16 has it too).</param>
/// <param name="HasVnni">Whether bytes are multiplied and added in one instruction (AVX512-VNNI or AVX-VNNI).</param>
/// <param name="HasArmDotProduct">Whether bytes are multiplied and added in one instruction (Arm's dot product).</param>
internal sealed record CpuFeatures(bool HasAvx2, bool HasFma, bool HasAvx512, bool HasBFloat16, bool HasVnni, bool HasArmDotProduct)
{
    /// <summary>The features of the processor that this process runs on.</summary>
    public static CpuFeatures Current { get; } = Detect(CpuInfo.Current);

    /// <summary>Whether bytes are multiplied and added in one instruction, which is what makes int8 networks fast.</summary>
    public bool HasInt8DotProduct => HasVnni || HasArmDotProduct;

    /// <summary>The names of the features that the processor has.</summary>
    public IReadOnlyList<string> Names { get; } = [.. new (string Name, bool Has)[]
    {
        ("AVX2", HasAvx2), ("FMA", HasFma), ("AVX-512", HasAvx512), ("bfloat16", HasBFloat16), ("VNNI", HasVnni), ("dot product", HasArmDotProduct),
    }.Where(feature => feature.Has).Select(feature => feature.Name)];

    // CPUID tells what the processor has; .NET's answers for AVX2 and AVX-512 also cover what the operating system must allow.
    private static CpuFeatures Detect(CpuInfo? cpu) => new(
        Avx2.IsSupported, Fma.IsSupported, Avx512F.IsSupported,
        HasBFloat16: Avx512F.IsSupported && cpu is { HasAvx512BFloat16: true },
        HasVnni: (Avx512F.IsSupported && cpu is { HasAvx512Vnni: true }) || (Avx2.IsSupported && cpu is { HasAvxVnni: true }),
        Dp.IsSupported);
}
