using System.Runtime.InteropServices;

namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>
/// A setting of libtorch (<c>at::globalContext()</c>) that TorchSharp does not offer, set through libtorch's exported C++ functions.
/// </summary>
internal static unsafe class TorchContext
{
    /// <summary><c>at::globalContext()</c> in the names of GCC and Clang.</summary>
    public const string LinuxGlobalContext = "_ZN2at13globalContextEv";

    private const string SetMkldnn = "_ZN2at7Context20setUserEnabledMkldnnEb";
    private const string WindowsGlobalContext = "?globalContext@at@@YAAEAVContext@1@XZ";
    private const string WindowsSetMkldnn = "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z";

    /// <summary>Switches oneDNN off for the process: convolutions and products then go to libtorch's own code and its matrix library.</summary>
    /// <param name="library">TorchSharp's native half.</param>
    /// <returns>Whether libtorch has such a switch.</returns>
    public static bool TrySwitchOneDnnOff(nint library)
    {
        bool windows = OperatingSystem.IsWindows();
        // Only on Windows does a handle not give what the libraries behind it export.
        if (windows && !NativeLibrary.TryLoad("torch_cpu.dll", out library))
            return false;
        if (!NativeLibrary.TryGetExport(library, windows ? WindowsGlobalContext : LinuxGlobalContext, out nint context)
            || !NativeLibrary.TryGetExport(library, windows ? WindowsSetMkldnn : SetMkldnn, out nint set))
        {
            return false;
        }
        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }
}
