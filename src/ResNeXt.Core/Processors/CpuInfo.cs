using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

using Registers = (int Eax, int Ebx, int Ecx, int Edx);

namespace ResNeXt.Core.Processors;

/// <summary>
/// What an x86 processor says of itself through the instruction CPUID: its identity, its caches, and the instruction sets that .NET does not report.
/// The only place that executes CPUID.
/// </summary>
/// <param name="cpuid">Returns the registers for a leaf and a sub-leaf.</param>
internal sealed class CpuInfo(Func<int, int, Registers> cpuid)
{
    private const int ExtendedLeaves = unchecked((int)0x80000000);
    private const int CacheTopologyLeaf = unchecked((int)0x8000001D);
    private const int NameLeaf = unchecked((int)0x80000002), LastNameLeaf = unchecked((int)0x80000004);
    private const int FirstCacheLeaf = unchecked((int)0x80000005), OuterCacheLeaf = unchecked((int)0x80000006);
    private const int FeatureLeaf = 7;

    /// <summary>The processor that this process runs on; null if it is not an x86 processor. Tests replace it.</summary>
    public static CpuInfo? Current { get; internal set; } = X86Base.IsSupported ? new(Query) : null;

    /// <summary>The vendor, for example <c>AuthenticAMD</c>.</summary>
    public string Vendor
    {
        get
        {
            (_, int ebx, int ecx, int edx) = cpuid(0, 0);
            return Text(ebx, edx, ecx);
        }
    }

    /// <summary>The brand name; empty if the processor reports none.</summary>
    public string Name => Has(LastNameLeaf)
        ? string.Concat(Enumerable.Range(NameLeaf, 3).Select(leaf => cpuid(leaf, 0))
            .Select(text => Text(text.Eax, text.Ebx, text.Ecx, text.Edx))).Trim()
        : "";

    /// <summary>The family including the extended family, as in the vendor's documents.</summary>
    public int Family => BaseFamily == 0xf ? 0xf + (Signature >> 20 & 0xff) : BaseFamily;

    /// <summary>The model including the extended model, as in the vendor's documents.</summary>
    public int Model => (Signature >> 4 & 0xf) + (BaseFamily is 6 or 0xf ? Signature >> 12 & 0xf0 : 0);

    /// <summary>The stepping.</summary>
    public int Stepping => Signature & 0xf;

    /// <summary>Whether the processor has AVX512-VNNI: bit 11 of ECX.</summary>
    public bool HasAvx512Vnni => HasFeatureLeaf && (cpuid(FeatureLeaf, 0).Ecx >> 11 & 1) == 1;

    /// <summary>Whether the processor has AVX-VNNI: bit 4 of EAX in sub-leaf 1.</summary>
    public bool HasAvxVnni => HasSecondFeatureLeaf && (cpuid(FeatureLeaf, 1).Eax >> 4 & 1) == 1;

    /// <summary>Whether the processor has AVX512-BF16: bit 5 of EAX in sub-leaf 1.</summary>
    public bool HasAvx512BFloat16 => HasSecondFeatureLeaf && (cpuid(FeatureLeaf, 1).Eax >> 5 & 1) == 1;

    /// <summary>
    /// Whether this is a processor of AMD's architecture that announces a list of its caches and then lists none, as some hypervisors make it do. The
    /// oneDNN of libtorch 2.10 then assumes caches of one byte.
    /// </summary>
    public bool HidesCaches =>
        Vendor is "AuthenticAMD" or "HygonGenuine" && Has(CacheTopologyLeaf) && (cpuid(CacheTopologyLeaf, 0).Eax & 0x1f) == 0;

    /// <summary>
    /// The sizes of the data caches of levels 1 to 3 as AMD's older leaves give them, in bytes; 0 for a level that is not reported. Intel's
    /// processors report only level 2 there.
    /// </summary>
    public IReadOnlyList<long> ReportedCaches =>
    [
        Has(FirstCacheLeaf) ? (long)(cpuid(FirstCacheLeaf, 0).Ecx >>> 24) << 10 : 0,
        Has(OuterCacheLeaf) ? (long)(cpuid(OuterCacheLeaf, 0).Ecx >>> 16) << 10 : 0,
        Has(OuterCacheLeaf) ? (long)(cpuid(OuterCacheLeaf, 0).Edx >>> 18) << 19 : 0,
    ];

    private int Signature => cpuid(1, 0).Eax;

    private int BaseFamily => Signature >> 8 & 0xf;

    private bool HasFeatureLeaf => cpuid(0, 0).Eax >= FeatureLeaf;

    // EAX of sub-leaf 0 is the number of the last sub-leaf.
    private bool HasSecondFeatureLeaf => HasFeatureLeaf && cpuid(FeatureLeaf, 0).Eax >= 1;

    /// <summary>Executes CPUID on this processor.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="subLeaf">The sub-leaf.</param>
    /// <exception cref="PlatformNotSupportedException">This is not an x86 processor.</exception>
    public static Registers Query(int leaf, int subLeaf) => X86Base.CpuId(leaf, subLeaf);

    /// <summary>For example: AMD EPYC (AuthenticAMD, family 25, model 1, stepping 1).</summary>
    public override string ToString() =>
        $"{(Name.Length > 0 ? Name : "x86 processor")} ({Vendor}, family {Family}, model {Model}, stepping {Stepping})";

    private bool Has(int leaf) => (uint)cpuid(ExtendedLeaves, 0).Eax >= (uint)leaf;

    private static string Text(params ReadOnlySpan<int> registers) => Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers)).TrimEnd('\0');
}
