using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ResNeXt.Core.Processors;

/// <summary>Whether this CPU multiplies and adds bytes in one instruction, which is where int8 gets its speed from.</summary>
internal static class Int8Instructions
{
    /// <summary>Whether it has AVX512-VNNI, AVX-VNNI or Arm's dot product.</summary>
    public static bool AreSupported { get; } = Dp.IsSupported || HasVnni();

    private static bool HasVnni()
    {
        if (!X86Base.IsSupported)
            return false;
        // Leaf 7: bit 11 of ECX is AVX512-VNNI, of use only where the system keeps the wide registers; bit 4 of EAX in its sub-leaf 1 is AVX-VNNI.
        (int subLeaves, _, int ecx, _) = X86Base.CpuId(7, 0);
        bool avx512 = (ecx & (1 << 11)) != 0 && Avx512F.IsSupported;
        bool avx = subLeaves >= 1 && Avx2.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0;
        return avx512 || avx;
    }
}
