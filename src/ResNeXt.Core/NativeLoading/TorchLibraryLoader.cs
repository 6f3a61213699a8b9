using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ResNeXt.Core.NativeLoading.Elf;
using ResNeXt.Core.NativeLoading.OneDnn;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Loads libtorch and TorchSharp's native half, patched where the system's libstdc++ is too old for it.</summary>
/// <param name="platform">The files to load.</param>
/// <param name="folders">Where to look for them.</param>
/// <param name="cacheFolders">Where a patched copy may be kept, best first.</param>
internal sealed class TorchLibraryLoader(TorchPlatform platform, NativeFolders folders, IReadOnlyList<string> cacheFolders)
{
    private static readonly Lock Gate = new();
    private static nint _loaded;

    /// <summary>Whether a patched copy of TorchSharp's native half was loaded.</summary>
    public static bool IsPatched { get; private set; }

    /// <summary>Whether they are loaded.</summary>
    public static bool IsLoaded => Volatile.Read(ref _loaded) != 0;

    /// <summary>Loads them once per process.</summary>
    /// <returns>The handle of TorchSharp's native half; zero for the loading thread itself, when the runtime asks for it meanwhile.</returns>
    /// <exception cref="DllNotFoundException">They cannot be loaded; the message says why and what to do.</exception>
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
                nint library = new TorchLibraryLoader(platform, NativeFolders.OfApplication(platform), CacheFolders.OfUser()).Load();
                OneDnnAdaptation.Adapt(library);
                Volatile.Write(ref _loaded, library);
            }
            return _loaded;
        }
    }

    private nint Load()
    {
        using var spinning = new SpinLimit();
        // By its full path and first: a patched copy lies elsewhere and finds libtorch only because it is loaded already.
        if (folders.Find(platform.LibTorchFile) is { } libTorch)
            LoadLibTorch(libTorch);
        return folders.Find(platform.TorchSharpFile) is { } file ? LoadTorchSharp(file) : LoadByName();
    }

    private static void LoadLibTorch(string file)
    {
        if (TryLoad(file, out _) is { } failure)
            throw Describe(file, failure);
    }

    private nint LoadTorchSharp(string file)
    {
        if (TryLoad(file, out nint handle) is not { } failure)
            return handle;
        if (OperatingSystem.IsLinux() && LoaderText.MissingVersion(failure.Message) == GlibcxxDowngrade.TooNewVersion)
            return LoadPatched(file, failure);
        throw folders.Find(platform.LibTorchFile) is null ? TorchLoadFailure.PackageMissing(platform.LibTorchFile, folders) : Describe(file, failure);
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
        catch (DllNotFoundException exception) when (LoaderText.NamesVersion(exception.Message))
        {
            throw Describe(file, exception);
        }
    }

    /// <summary>For hosts that keep native libraries elsewhere, such as notebooks, and programs that have loaded their own libtorch.</summary>
    private nint LoadByName() =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null, out nint handle)
            ? handle
            : throw TorchLoadFailure.PackageMissing(platform.TorchSharpFile, folders);

    /// <summary>Not <see cref="NativeLibrary.TryLoad(string, out nint)"/>, which does not tell why it fails.</summary>
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
        LoaderText.MissingVersion(exception.Message) is { } version
            ? TorchLoadFailure.VersionMissing(file, version, exception)
            : TorchLoadFailure.Other(file, exception);
}
