using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace ResNeXt.Core.NativeLoading;

/// <summary>
/// Offers .NET the native library that <see cref="TorchLibraryLoader"/> finds or patches, for programs that use TorchSharp before they call
/// <see cref="TorchLibrary.EnsureLoaded"/>. .NET asks only if its own search has failed.
/// </summary>
internal static class TorchLibraryResolver
{
    private const string LibraryName = "LibTorchSharp";

    /// <summary>
    /// Subscribes to <see cref="AssemblyLoadContext.ResolvingUnmanagedDll"/>, and does nothing else: programs that score without libtorch load
    /// nothing. The environment variable RESNEXT_NATIVE_LOADING=plain prevents it.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "TorchSharp loads its library in a static constructor, before any call that this library could make.")]
    internal static void Subscribe()
    {
        // An invalid value throws later, where the exception reaches the user.
        if (Environment.GetEnvironmentVariable(LoadingPolicies.Variable) != "plain"
            && AssemblyLoadContext.GetLoadContext(typeof(TorchLibraryResolver).Assembly) is { } context)
        {
            context.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>
    /// Returns zero on failure, so that .NET continues its search: <see cref="TorchLibrary.EnsureLoaded"/> throws the clear message.
    /// </summary>
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
