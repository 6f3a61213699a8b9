using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ResNeXt.Core.Machine;

/// <summary>Reads libtorch's description of its build (<c>at::show_config()</c>); supports builds with GCC.</summary>
internal static unsafe partial class TorchConfiguration
{
    private const string ShowConfig = "_ZN2at11show_configB5cxx11Ev";

    /// <summary>Returns the description, or null if there is none.</summary>
    /// <param name="library">A handle through which libtorch's exported functions are found.</param>
    public static string? Read(nint library)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(library, ShowConfig, out nint function))
            return null;
        CppString text;
        ((delegate* unmanaged<CppString*, CppString*>)function)(&text);
        string read = Marshal.PtrToStringUTF8((nint)text.Start, checked((int)text.Length));
        // A short text is stored in the string object itself.
        if (text.Start != text.Short)
            NativeMemory.Free(text.Start);
        return read;
    }

    /// <summary>The version of libtorch in a description, or null.</summary>
    public static string? Version(string? text) => First(TorchVersion(), text);

    /// <summary>The version of oneDNN in a description, or null.</summary>
    public static string? OneDnnVersion(string? text) => First(DnnVersion(), text);

    /// <summary>The instruction set that libtorch's own code uses, for example AVX2, or null.</summary>
    public static string? Capability(string? text) => First(CpuCapability(), text);

    private static string? First(Regex pattern, string? text) =>
        text is not null && pattern.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"TORCH_VERSION=([^,\s]+)")]
    private static partial Regex TorchVersion();

    [GeneratedRegex(@"\bv(\d+\.\d+(?:\.\d+)?) \(Git Hash")]
    private static partial Regex DnnVersion();

    [GeneratedRegex(@"CPU capability usage: (\S+)")]
    private static partial Regex CpuCapability();

    /// <summary>The memory layout of a <c>std::string</c> of libstdc++.</summary>
    private struct CppString
    {
        public byte* Start;
        public nuint Length;
        public fixed byte Local[16];

        public byte* Short
        {
            get
            {
                fixed (byte* local = Local)
                    return local;
            }
        }
    }
}
