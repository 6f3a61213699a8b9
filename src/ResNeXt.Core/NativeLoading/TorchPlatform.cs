using System.Runtime.InteropServices;
using ResNeXt.Core.Processors;
using Processor = System.Runtime.InteropServices.Architecture;

namespace ResNeXt.Core.NativeLoading;

/// <summary>The native files of TorchSharp on one platform.</summary>
/// <param name="RuntimeIdentifier">For example <c>linux-x64</c>: the folder of a package that holds them.</param>
/// <param name="LibTorchFile">The library of libtorch that draws in the others.</param>
/// <param name="TorchSharpFile">TorchSharp's own native half.</param>
internal sealed record TorchPlatform(string RuntimeIdentifier, string LibTorchFile, string TorchSharpFile)
{
    /// <summary>This process's platform, or null where TorchSharp has no libraries for it.</summary>
    public static TorchPlatform? Current { get; } = Detect();

    private static TorchPlatform? Detect()
    {
        string identifier = RuntimeInformation.RuntimeIdentifier;
        // Alpine's C library is musl; libtorch is linked with glibc.
        bool isMusl = identifier.Contains("musl", StringComparison.Ordinal) || identifier.StartsWith("alpine", StringComparison.Ordinal);
        return RuntimeInformation.ProcessArchitecture switch
        {
            Processor.X64 when OperatingSystem.IsLinux() && !isMusl => new("linux-x64", "libtorch.so", "libLibTorchSharp.so"),
            Processor.X64 when OperatingSystem.IsWindows() => new("win-x64", "torch_cpu.dll", "LibTorchSharp.dll"),
            Processor.Arm64 when OperatingSystem.IsWindows() => new("win-arm64", "torch_cpu.dll", "LibTorchSharp.dll"),
            Processor.Arm64 when OperatingSystem.IsMacOS() => new("osx-arm64", "libtorch_cpu.dylib", "libLibTorchSharp.dylib"),
            _ => null,
        };
    }
}
