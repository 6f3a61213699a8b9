namespace ResNeXt.Core.NativeLoading;

/// <summary>Loads TorchSharp's native libraries.</summary>
/// <remarks>
/// <para>
/// TorchSharp 0.107.0 is built for a newer libstdc++ than Debian 12 and Ubuntu 22.04 have. There, a patched copy of its native library is kept in the
/// user's cache (<c>XDG_CACHE_HOME</c>, or <c>.cache</c> in the home folder) and loaded instead; a module initializer subscribes to
/// <see cref="System.Runtime.Loader.AssemblyLoadContext.ResolvingUnmanagedDll"/> to offer it to .NET. Elsewhere the libraries are loaded as they are.
/// </para>
/// <para>
/// On Linux, loading also limits how long libtorch's OpenMP threads spin while they wait (<c>GOMP_SPINCOUNT</c>), unless <c>OMP_WAIT_POLICY</c> or
/// <c>GOMP_SPINCOUNT</c> is set. The limit applies to the whole process.
/// </para>
/// <para>
/// The environment variable <c>RESNEXT_NATIVE_LOADING=plain</c> switches both off. <c>RESNEXT_ONEDNN</c> controls what is done to libtorch's oneDNN
/// on processors on which it would compute wrong results.
/// </para>
/// </remarks>
public static class TorchLibrary
{
    /// <summary>
    /// Makes TorchSharp usable, or throws an exception that says why it is not. Networks and training call this themselves; a program that uses
    /// TorchSharp before anything of this library calls it first. It may be called repeatedly and from several threads.
    /// </summary>
    /// <exception cref="DllNotFoundException">
    /// TorchSharp cannot be used: its native package is missing, the platform is not supported, the system is too old, or no folder can hold the
    /// patched copy. The message says which, and what to do.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The environment variable RESNEXT_NATIVE_LOADING or RESNEXT_ONEDNN has an invalid value.
    /// </exception>
    public static void EnsureLoaded() => TorchLibraryLoader.LoadOnce();

    /// <summary>
    /// Gives the folder of libtorch for a runtime identifier such as <c>linux-x64</c> where the application itself has none; null for none. Asked once, when
    /// something needs libtorch.
    /// </summary>
    internal static Func<string, string>? FindLibTorch { get; set; }
}
