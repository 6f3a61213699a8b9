namespace ResNeXt.Core.NativeLoading;

/// <summary>TorchSharp's native libraries.</summary>
/// <remarks>
/// TorchSharp 0.107.0 is built for a newer libstdc++ than Debian 12 and Ubuntu 22.04 have. There, an adapted copy of its native half is kept in
/// the user's cache (<c>XDG_CACHE_HOME</c>, or <c>.cache</c> in the home folder) and loaded instead. Everywhere else they are loaded as they are.
/// </remarks>
public static class TorchLibrary
{
    /// <summary>
    /// Makes TorchSharp usable, or says why it is not. Networks and training call it themselves; a program that uses TorchSharp
    /// before anything of this library calls it first. It may be called often and from several threads.
    /// </summary>
    /// <exception cref="DllNotFoundException">
    /// TorchSharp cannot be used: its native package is missing, the platform is not supported, the system is too old,
    /// or no folder can take the adapted copy. The message says which, and what to do.
    /// </exception>
    public static void EnsureLoaded() => TorchLibraryLoader.LoadOnce();
}
