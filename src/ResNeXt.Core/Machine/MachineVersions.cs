using System.Reflection;
using System.Runtime.InteropServices;
using ResNeXt.Core.OnnxSessions;

namespace ResNeXt.Core.Machine;

/// <summary>The versions of the software that training and scoring use.</summary>
/// <param name="ResNeXt">The version of this library.</param>
/// <param name="TorchSharp">The version of TorchSharp's managed library.</param>
/// <param name="LibTorch">The version of the native libtorch; null if it is absent or does not report one.</param>
/// <param name="OneDnn">The version of libtorch's oneDNN; null if libtorch does not report one.</param>
/// <param name="OnnxRuntime">The version of the native ONNX Runtime; null if it is absent.</param>
/// <param name="DotNet">The version of the .NET runtime.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Glibc">The version of glibc; null if the C library is another one.</param>
public sealed partial record MachineVersions(
    string ResNeXt, string TorchSharp, string? LibTorch, string? OneDnn, string? OnnxRuntime, string DotNet, string OperatingSystem, string? Glibc)
{
    internal static MachineVersions Collect(string? torchConfiguration) => new(
        Of(typeof(MachineVersions).Assembly), Of(typeof(TorchSharp.torch).Assembly),
        TorchConfiguration.Version(torchConfiguration), TorchConfiguration.OneDnnVersion(torchConfiguration), OfOnnxRuntime(),
        $"{Environment.Version}", RuntimeInformation.OSDescription, OfGlibc());

    // Without the commit hash after the plus sign.
    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? $"{assembly.GetName().Version}").Split('+')[0];

    private static string? OfOnnxRuntime()
    {
        try
        {
            return OnnxRuntimeAccess.Environment.GetVersionString();
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
