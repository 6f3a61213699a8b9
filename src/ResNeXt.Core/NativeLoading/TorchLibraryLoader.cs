using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ResNeXt.Core.NativeLoading.Elf;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Loads libtorch and TorchSharp's native library; of the latter a patched copy if the system's libstdc++ is too old for it.</summary>
/// <param name="platform">The files to load.</param>
/// <param name="folders">The folders to search.</param>
/// <param name="cacheFolders">The folders that may hold a patched copy, in order of preference.</param>
/// <param name="policy">What the user allows.</param>
internal sealed class TorchLibraryLoader(
    TorchPlatform platform, NativeFolders folders, IReadOnlyList<string> cacheFolders, LoadingPolicy policy)
{
    private static readonly Lock Gate = new();
    private static nint _loaded;

    /// <summary>Whether a patched copy of TorchSharp's native library was loaded.</summary>
    public static bool IsPatched { get; private set; }

    /// <summary>Whether the libraries are loaded.</summary>
    public static bool IsLoaded => Volatile.Read(ref _loaded) != 0;

    /// <summary>Loads the libraries once per process.</summary>
    /// <returns>The handle of TorchSharp's native library; zero if the loading thread itself calls again through .NET's resolver.</returns>
    /// <exception cref="DllNotFoundException">The libraries cannot be loaded; the message says why and what to do.</exception>
    /// <exception cref="InvalidOperationException">An environment variable has an invalid value.</exception>
    public static nint LoadOnce()
    {
        if (Volatile.Read(ref _loaded) is not 0 and var ready)
            return ready;
        if (Gate.IsHeldByCurrentThread)
            return 0;
        lock (Gate)
        {
            if (_loaded == 0)
            {
                TorchPlatform platform = TorchPlatform.Current ?? throw TorchLoadFailure.UnsupportedPlatform();
                var loader = new TorchLibraryLoader(
                    platform, NativeFolders.OfApplication(platform), CacheFolders.OfUser(), LoadingPolicies.Current);
                nint library = loader.Load();
                OneDnnAdaptation.Adapt(library);
                Volatile.Write(ref _loaded, library);
            }
            return _loaded;
        }
    }

    private nint Load()
    {
        using var spinning = new SpinLimit(policy);
        // First, and by its full path: a patched copy is in another folder and finds libtorch only if it is loaded already.
        string? libTorch = folders.Find(platform.LibTorchFile) ?? FindElsewhere();
        if (libTorch is not null)
            LoadLibTorch(libTorch);
        return folders.Find(platform.TorchSharpFile) is { } file ? LoadTorchSharp(file, hasLibTorch: libTorch is not null) : LoadByName();
    }

    private string? FindElsewhere() => TorchLibrary.FindLibTorch is { } find ? Path.Combine(find(platform.RuntimeIdentifier), platform.LibTorchFile) : null;

    private static void LoadLibTorch(string file)
    {
        if (TryLoad(file, out _) is { } failure)
            throw Describe(file, failure);
    }

    private nint LoadTorchSharp(string file, bool hasLibTorch)
    {
        if (TryLoad(file, out nint handle) is not { } failure)
            return handle;
        if (OperatingSystem.IsLinux() && LoaderMessage.MissingVersion(failure.Message) == GlibcxxDowngrade.TooNewVersion)
            return policy == LoadingPolicy.Adapt ? LoadPatched(file, failure) : throw TorchLoadFailure.PatchForbidden(file, failure);
        throw hasLibTorch ? Describe(file, failure) : TorchLoadFailure.PackageMissing(platform.LibTorchFile, folders);
    }

    [SupportedOSPlatform("linux")]
    private nint LoadPatched(string file, Exception cause)
    {
        byte[] original = Read(file);
        if (!GlibcxxDowngrade.TryApply(original, out byte[]? patched, out string? refusal))
            throw TorchLoadFailure.NotPatchable(file, refusal, cause);
        try
        {
            nint handle = new PatchedLibrary(Path.GetFileName(file), original, patched).Load(cacheFolders);
            IsPatched = true;
            return handle;
        }
        catch (DllNotFoundException exception) when (LoaderMessage.NamesVersion(exception.Message))
        {
            throw Describe(file, exception);
        }
    }

    /// <summary>
    /// Loads by name, for hosts that keep native libraries elsewhere, such as notebooks, and programs that have loaded their own libtorch.
    /// </summary>
    private nint LoadByName() =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null, out nint handle)
            ? handle
            : throw TorchLoadFailure.PackageMissing(platform.TorchSharpFile, folders);

    /// <summary>Returns the reason of a failure, unlike <see cref="NativeLibrary.TryLoad(string, out nint)"/>.</summary>
    private static Exception? TryLoad(string file, out nint handle)
    {
        handle = 0;
        try
        {
            handle = NativeLibrary.Load(file);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return exception;
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TorchLoadFailure.Other(file, exception);
        }
    }

    private static DllNotFoundException Describe(string file, Exception exception) =>
        LoaderMessage.MissingVersion(exception.Message) is { } version
            ? TorchLoadFailure.VersionMissing(file, version, exception)
            : TorchLoadFailure.Other(file, exception);
}
