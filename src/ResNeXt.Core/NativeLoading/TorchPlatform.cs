using System.Runtime.InteropServices;
using Cpu = System.Runtime.InteropServices.Architecture;

namespace ResNeXt.Core.NativeLoading;

/// <summary>The native files of TorchSharp on one platform.</summary>
/// <param name="RuntimeIdentifier">The runtime identifier, for example <c>linux-x64</c>, which names the folder of the files in a package.</param>
/// <param name="LibTorchFile">The name of libtorch's main library, which loads the others.</param>
/// <param name="TorchSharpFile">The name of TorchSharp's own native library.</param>
internal sealed record TorchPlatform(string RuntimeIdentifier, string LibTorchFile, string TorchSharpFile)
{
    /// <summary>The platform of this process, or null if TorchSharp does not support it.</summary>
    public static TorchPlatform? Current { get; } = Detect();

    private static TorchPlatform? Detect()
    {
        string identifier = RuntimeInformation.RuntimeIdentifier;
        // Alpine's C library is musl; libtorch is linked with glibc.
        bool isMusl = identifier.Contains("musl", StringComparison.Ordinal) || identifier.StartsWith("alpine", StringComparison.Ordinal);
        return RuntimeInformation.ProcessArchitecture switch
        {
            Cpu.X64 when OperatingSystem.IsLinux() && !isMusl => new("linux-x64", "libtorch.so", "libLibTorchSharp.so"),
            Cpu.X64 when OperatingSystem.IsWindows() => new("win-x64", "torch_cpu.dll", "LibTorchSharp.dll"),
            Cpu.Arm64 when OperatingSystem.IsWindows() => new("win-arm64", "torch_cpu.dll", "LibTorchSharp.dll"),
            Cpu.Arm64 when OperatingSystem.IsMacOS() => new("osx-arm64", "libtorch_cpu.dylib", "libLibTorchSharp.dylib"),
            _ => null,
        };
    }
}
