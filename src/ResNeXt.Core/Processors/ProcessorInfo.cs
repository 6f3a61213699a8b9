using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

using Registers = (int Eax, int Ebx, int Ecx, int Edx);

namespace ResNeXt.Core.Processors;

/// <summary>What the instruction CPUID says of an x86 processor.</summary>
/// <param name="cpuid">The registers for a leaf and a sub-leaf.</param>
internal sealed class ProcessorInfo(Func<int, int, Registers> cpuid)
{
    private const int Extended = unchecked((int)0x80000000);
    private const int CacheTopologyLeaf = unchecked((int)0x8000001D);
    private const int NameLeaf = unchecked((int)0x80000002), LastNameLeaf = unchecked((int)0x80000004);
    private const int FirstCacheLeaf = unchecked((int)0x80000005), OuterCacheLeaf = unchecked((int)0x80000006);

    /// <summary>The processor that this process runs on, or null where it is no x86 processor.</summary>
    public static ProcessorInfo? Current { get; internal set; } = X86Base.IsSupported ? new(X86Base.CpuId) : null;

    /// <summary>For example <c>AuthenticAMD</c>.</summary>
    public string Vendor
    {
        get
        {
            (_, int ebx, int ecx, int edx) = cpuid(0, 0);
            return Text(ebx, edx, ecx);
        }
    }

    /// <summary>What its maker calls it; empty where it does not say.</summary>
    public string Name => Has(LastNameLeaf)
        ? string.Concat(Enumerable.Range(NameLeaf, 3).Select(leaf => cpuid(leaf, 0))
            .Select(text => Text(text.Eax, text.Ebx, text.Ecx, text.Edx))).Trim()
        : "";

    /// <summary>The family as its maker's documents count it, extensions included.</summary>
    public int Family => BaseFamily == 0xf ? 0xf + (Signature >> 20 & 0xff) : BaseFamily;

    /// <summary>The model as its maker's documents count it, extensions included.</summary>
    public int Model => (Signature >> 4 & 0xf) + (BaseFamily is 6 or 0xf ? Signature >> 12 & 0xf0 : 0);

    /// <summary>The stepping.</summary>
    public int Stepping => Signature & 0xf;

    /// <summary>
    /// Whether it is a processor of AMD's architecture that announces the leaf with its caches, and says there that it has none. Hypervisors do this.
    /// The oneDNN of libtorch 2.10 takes each cache for one byte then.
    /// </summary>
    public bool HidesCaches =>
        Vendor is "AuthenticAMD" or "HygonGenuine" && Has(CacheTopologyLeaf) && (cpuid(CacheTopologyLeaf, 0).Eax & 0x1f) == 0;

    /// <summary>
    /// The data caches of levels 1 to 3 as AMD's older leaves give them, in bytes; 0 where a leaf is absent or says nothing. Intel's processors
    /// report nothing there
    /// but the second level.
    /// </summary>
    public IReadOnlyList<long> ReportedCaches =>
    [
        Has(FirstCacheLeaf) ? (long)(cpuid(FirstCacheLeaf, 0).Ecx >>> 24) << 10 : 0,
        Has(OuterCacheLeaf) ? (long)(cpuid(OuterCacheLeaf, 0).Ecx >>> 16) << 10 : 0,
        Has(OuterCacheLeaf) ? (long)(cpuid(OuterCacheLeaf, 0).Edx >>> 18) << 19 : 0,
    ];

    private int Signature => cpuid(1, 0).Eax;

    private int BaseFamily => Signature >> 8 & 0xf;

    /// <summary>For example: AMD EPYC (AuthenticAMD, family 25, model 1, stepping 1).</summary>
    public override string ToString() =>
        $"{(Name.Length > 0 ? Name : "x86 processor")} ({Vendor}, family {Family}, model {Model}, stepping {Stepping})";

    private bool Has(int leaf) => (uint)cpuid(Extended, 0).Eax >= (uint)leaf;

    private static string Text(params ReadOnlySpan<int> registers) => Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers)).TrimEnd('\0');
}
