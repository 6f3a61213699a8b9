using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.NativeLoading;

namespace ResNeXt.Core.Machine;

/// <summary>The versions of the software.</summary>
/// <param name="ResNeXt">This library.</param>
/// <param name="TorchSharp">TorchSharp's managed half.</param>
/// <param name="LibTorch">The native libtorch, as it says itself; null where it does not say or is absent.</param>
/// <param name="OneDnn">The oneDNN inside it; null where it does not say.</param>
/// <param name="OnnxRuntime">The native ONNX Runtime; null where it is absent.</param>
/// <param name="DotNet">The .NET runtime.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Glibc">The C library; null where it is not glibc.</param>
public sealed partial record MachineVersions(
    string ResNeXt, string TorchSharp, string? LibTorch, string? OneDnn, string? OnnxRuntime, string DotNet, string OperatingSystem, string? Glibc)
{
    internal static MachineVersions Collect(string? torchConfiguration) => new(
        Of(typeof(MachineVersions).Assembly), Of(typeof(TorchSharp.torch).Assembly),
        TorchConfiguration.Version(torchConfiguration), TorchConfiguration.OneDnnVersion(torchConfiguration), OfOnnxRuntime(),
        $"{Environment.Version}", RuntimeInformation.OSDescription, OfGlibc());

    // Without the hash of the commit that follows a plus sign.
    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? $"{assembly.GetName().Version}").Split('+')[0];

    private static string? OfOnnxRuntime()
    {
        try
        {
            return OrtEnv.Instance().GetVersionString();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static string? OfGlibc()
    {
        if (!System.OperatingSystem.IsLinux())
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(GlibcVersion());
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, musl for example.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GlibcVersion();
}
