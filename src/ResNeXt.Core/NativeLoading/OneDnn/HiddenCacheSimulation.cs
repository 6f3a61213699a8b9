using ResNeXt.Core.Processors;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>For tests: makes any linux-x64 machine behave like one that hides its caches.</summary>
internal static class HiddenCacheSimulation
{
    /// <summary>The environment variable that starts the simulation if its value is <c>1</c>.</summary>
    public const string Variable = "RESNEXT_TEST_HIDDEN_CACHES";

    private const int AmdVendor = 0x68747541, AmdVendorMiddle = 0x69746e65, AmdVendorEnd = 0x444d4163;
    private const int ExtendedLeaves = unchecked((int)0x80000000), CacheTopology = unchecked((int)0x8000001D), LastLeaf = unchecked((int)0x80000021);

    /// <summary>If the variable is set, makes CPUID list no caches and oneDNN assume caches of one byte.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    public static void StartIfAsked(nint library)
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1" || CpuInfo.Current is null)
            return;
        CpuInfo.Current = new(Query);
        OneDnnAdaptation.Find(library, out _)?.SetCaches([new(1, 1), new(1, 1), new(1, 1)]);
    }

    /// <summary>Returns the registers of CPUID on such a machine.</summary>
    public static (int Eax, int Ebx, int Ecx, int Edx) Query(int leaf, int subLeaf)
    {
        (int Eax, int Ebx, int Ecx, int Edx) real = CpuInfo.Query(leaf, subLeaf);
        return leaf switch
        {
            0 => (real.Eax, AmdVendor, AmdVendorEnd, AmdVendorMiddle),
            ExtendedLeaves => (LastLeaf, real.Ebx, real.Ecx, real.Edx),
            CacheTopology => default,
            _ => real,
        };
    }
}
