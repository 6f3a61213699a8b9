using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Offers the patched library where .NET has not found TorchSharp's native half.</summary>
internal static class TorchLibraryHook
{
    private const string LibraryName = "LibTorchSharp";

    /// <summary>Only subscribes: programs that score without libtorch pay nothing and see no error.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "TorchSharp loads its library in a static constructor, before any call that this library could make.")]
    internal static void Subscribe()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(TorchLibraryHook).Assembly) is { } context)
            context.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Zero lets .NET go on: the clear message is that of <see cref="TorchLibrary.EnsureLoaded"/>.</summary>
    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != LibraryName)
            return 0;
        try
        {
            return TorchLibraryLoader.LoadOnce();
        }
        catch (DllNotFoundException)
        {
            return 0;
        }
    }
}
