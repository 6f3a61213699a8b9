using System.Runtime.InteropServices;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// Settings of libtorch (<c>at::globalContext()</c>) that switch libraries inside it off. TorchSharp does not offer them, so they are set through
/// libtorch's exported C++ functions.
/// </summary>
internal static unsafe class TorchContext
{
    /// <summary>The mangled name of <c>at::globalContext()</c> with GCC and Clang.</summary>
    public const string LinuxGlobalContext = "_ZN2at13globalContextEv";

    private const string SetMkldnn = "_ZN2at7Context20setUserEnabledMkldnnEb";
    private const string SetNnpack = "_ZN2at7Context20setUserEnabledNNPACKEb";
    private const string WindowsGlobalContext = "?globalContext@at@@YAAEAVContext@1@XZ";
    private const string WindowsSetMkldnn = "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z";

    /// <summary>Switches oneDNN off for the process: libtorch's own code and its matrix library then compute convolutions and products.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <returns>Whether libtorch has this setting.</returns>
    public static bool TrySwitchOneDnnOff(nint library)
    {
        bool windows = OperatingSystem.IsWindows();
        // On Windows, a handle does not give access to the exports of dependent libraries.
        if (windows && !NativeLibrary.TryLoad("torch_cpu.dll", out library))
            return false;
        return TrySwitchOff(library, windows ? WindowsGlobalContext : LinuxGlobalContext, windows ? WindowsSetMkldnn : SetMkldnn);
    }

    /// <summary>Switches NNPACK off for the process, a library for some small convolutions. libtorch for Windows has none.</summary>
    /// <param name="library">The handle of TorchSharp's native library.</param>
    /// <returns>Whether libtorch has this setting.</returns>
    public static bool TrySwitchNnpackOff(nint library) => TrySwitchOff(library, LinuxGlobalContext, SetNnpack);

    private static bool TrySwitchOff(nint library, string globalContext, string setting)
    {
        if (!NativeLibrary.TryGetExport(library, globalContext, out nint context) || !NativeLibrary.TryGetExport(library, setting, out nint set))
            return false;
        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
