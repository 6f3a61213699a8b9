using System.Runtime.Intrinsics.X86;
using ResNeXt.Core.Processors;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>Makes any linux-x64 machine compute like one that hides its caches, so that what is done about those can be tested everywhere.</summary>
internal static class HiddenCaches
{
    /// <summary>The environment variable of the tests: <c>1</c> simulates.</summary>
    public const string Variable = "RESNEXT_TEST_HIDDEN_CACHES";

    private const int AmdVendor = 0x68747541, AmdVendorMiddle = 0x69746e65, AmdVendorEnd = 0x444d4163;
    private const int ExtendedLeaves = unchecked((int)0x80000000), CacheTopology = unchecked((int)0x8000001D), LastLeaf = unchecked((int)0x80000021);

    /// <summary>Lets CPUID list no caches and oneDNN believe in caches of one byte, if the variable says so.</summary>
    /// <param name="library">TorchSharp's native half.</param>
    public static void SimulateIfAsked(nint library)
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1" || !X86Base.IsSupported)
            return;
        ProcessorInfo.Current = new(Query);
        OneDnnAdaptation.Find(library, out _)?.Give([new(1, 1), new(1, 1), new(1, 1)]);
    }

    /// <summary>What CPUID answers on such a machine.</summary>
    public static (int Eax, int Ebx, int Ecx, int Edx) Query(int leaf, int subLeaf)
    {
        (int Eax, int Ebx, int Ecx, int Edx) real = X86Base.CpuId(leaf, subLeaf);
        return leaf switch
        {
            0 => (real.Eax, AmdVendor, AmdVendorEnd, AmdVendorMiddle),
            ExtendedLeaves => (LastLeaf, real.Ebx, real.Ecx, real.Edx),
            CacheTopology => default,
            _ => real,
        };
    }
}
