using System.Runtime.InteropServices;
using ResNeXt.Core.NativeLoading.Elf;

namespace ResNeXt.Core.NativeLoading;

/// <summary>The exceptions for a libtorch that is not usable; each message says why and what to do.</summary>
internal static class TorchLoadFailure
{
    public static DllNotFoundException UnsupportedPlatform() => new(
        $"TorchSharp has no native libraries for {RuntimeInformation.RuntimeIdentifier} in a process for {RuntimeInformation.ProcessArchitecture}. "
        + "Networks and training run on linux-x64 (with glibc), win-x64, win-arm64 and osx-arm64; "
        + "scoring an exported ONNX model does not need TorchSharp.");

    public static DllNotFoundException PackageMissing(string file, NativeFolders searched) => new(
        $"The native library {file} is not part of this application, and TorchSharp does not work without it. "
        + "Add the package TorchSharp-cpu 0.107.0 to the application's project and build it again "
        + "(dotnet add package TorchSharp-cpu --version 0.107.0). "
        + $"Looked in: {string.Join(", ", searched.Paths)}.");

    public static DllNotFoundException VersionMissing(string file, string version, Exception cause) => new(
        $"{file} needs {version}, which this system's C or C++ library does not have. "
        + "On Linux, TorchSharp 0.107.0 needs glibc 2.34 and the libstdc++ of GCC 12, or newer ones: Debian 12 and Ubuntu 22.04 have them, "
        + "RHEL 9 does not. Use such a system, or a container image of one. "
        + $"The system's loader says: {LoaderMessage.Shorten(cause.Message)}", cause);

    public static DllNotFoundException NotPatchable(string file, string reason, Exception cause) => new(
        $"{file} needs {GlibcxxDowngrade.TooNewVersion}, which this system's libstdc++ does not have, "
        + $"and a copy without that need cannot be made. {reason} "
        + "Use TorchSharp 0.107.0, or a system with GCC 13's libstdc++ or newer, such as Debian 13 or Ubuntu 24.04.", cause);

    public static DllNotFoundException PatchForbidden(string file, Exception cause) => new(
        $"{file} needs {GlibcxxDowngrade.TooNewVersion}, which this system's libstdc++ does not have, and the environment variable "
        + $"{LoadingPolicies.Variable} forbids a patched copy without that need. Remove the variable, "
        + "or use a system with GCC 13's libstdc++ or newer, such as Debian 13 or Ubuntu 24.04.", cause);

    public static DllNotFoundException NoUsableFolder(IReadOnlyList<string> failures) => new(
        "TorchSharp's native library needs a newer libstdc++ than this system has, and no folder was found to keep an adapted copy in. "
        + "Set the environment variable XDG_CACHE_HOME (or TMPDIR) to a folder that this user may write to and load libraries from. "
        + $"Tried: {string.Join("; ", failures)}");

    public static DllNotFoundException Other(string file, Exception cause) => new(
        $"{file} was found but cannot be loaded. The system says: {LoaderMessage.Shorten(cause.Message)}", cause);
}
