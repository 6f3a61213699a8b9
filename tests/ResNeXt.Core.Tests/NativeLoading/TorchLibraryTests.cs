using ResNeXt.Core.NativeLoading;
using TorchSharp;

namespace ResNeXt.Core.Tests.NativeLoading;

public sealed class TorchLibraryTests : IDisposable
{
    private const string Sum = "5050";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EnsureLoaded_Twice_LeavesTorchSharpUsable()
    {
        TorchLibrary.EnsureLoaded();
        TorchLibrary.EnsureLoaded();

        using torch.Tensor numbers = torch.arange(1, 101, dtype: torch.float32);
        using torch.Tensor sum = numbers.sum();
        Assert.Equal(5050f, sum.item<float>());
    }

    [LinuxFact]
    public async Task EnsureLoaded_FromSeveralThreadsAndProcessesWithEmptyCache_LoadsAndPrintsNothing()
    {
        Task<string>[] runs = [.. Enumerable.Range(0, 4).Select(_ => Run("load on 8 threads, then sum", ("XDG_CACHE_HOME", _folder.Path)))];

        Assert.All(await Task.WhenAll(runs), output => Assert.Equal(Sum, output));
        Assert.DoesNotContain(_folder.AllFiles(), file => Path.GetFileName(file) != NativeFiles.TorchSharp);
    }

    [LinuxFact]
    public async Task ModuleInitializer_WithoutEnsureLoaded_LoadsBeforeTheFirstTensor() =>
        Assert.Equal(Sum, await Run("sum without loading", ("XDG_CACHE_HOME", _folder.Path)));

    [LinuxFact]
    public async Task EnsureLoaded_WithoutSettingsOfTheUser_LimitsSpinningAndLeavesTheEnvironmentAsItWas()
    {
        string output = await Run("load, then show the variables", ("OMP_DISPLAY_ENV", "VERBOSE"), ("OMP_WAIT_POLICY", null),
            ("GOMP_SPINCOUNT", null));

        Assert.Contains("GOMP_SPINCOUNT = '2000'", output, StringComparison.Ordinal);
        Assert.StartsWith("Afterwards: none, none", output, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task EnsureLoaded_WhereTheUserHasSetOneOfTheVariables_ChangesNothing()
    {
        string policy = await Run("load, then show the variables", ("OMP_DISPLAY_ENV", "VERBOSE"), ("OMP_WAIT_POLICY", "ACTIVE"),
            ("GOMP_SPINCOUNT", null));
        string count = await Run("load, then show the variables", ("OMP_DISPLAY_ENV", "VERBOSE"), ("OMP_WAIT_POLICY", null),
            ("GOMP_SPINCOUNT", "1234"));

        Assert.Contains("OMP_WAIT_POLICY = 'ACTIVE'", policy, StringComparison.Ordinal);
        Assert.StartsWith("Afterwards: ACTIVE, none", policy, StringComparison.Ordinal);
        Assert.Contains("GOMP_SPINCOUNT = '1234'", count, StringComparison.Ordinal);
        Assert.StartsWith("Afterwards: none, 1234", count, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task EnsureLoaded_NativeLoadingPlain_LimitsNoSpinningAndPatchesNothing()
    {
        string output = await Run("load, then show the variables",
            ("RESNEXT_NATIVE_LOADING", "plain"), ("XDG_CACHE_HOME", _folder.Path), ("OMP_DISPLAY_ENV", "VERBOSE"), ("OMP_WAIT_POLICY", null),
                ("GOMP_SPINCOUNT", null));

        Assert.DoesNotContain("GOMP_SPINCOUNT = '2000'", output, StringComparison.Ordinal);
        Assert.Contains(LibraryLoadsAsItIs() ? "Afterwards: none, none" : "the environment variable RESNEXT_NATIVE_LOADING forbids a patched copy",
            output);
        Assert.Empty(_folder.AllFiles());
    }

    [LinuxFact]
    public async Task EnsureLoaded_NativeLoadingOfAnotherValue_NamesTheAllowedOnes() =>
        Assert.Contains("must be 'adapt' or 'plain'", await Run("load, then sum", ("RESNEXT_NATIVE_LOADING", "yes")));

    [LinuxFact]
    public async Task EnsureLoaded_WithoutHomeAndCacheVariables_Loads() =>
        Assert.Equal(Sum, await Run("load, then sum", ("HOME", null), ("XDG_CACHE_HOME", null)));

    [LinuxFact]
    public async Task EnsureLoaded_WithoutUsableCache_LoadsFromTemporaryFolderAndDeletesIt()
    {
        string impossible = _folder.ImpossibleFolder();
        string temporary = Directory.CreateDirectory(_folder.File("tmp")).FullName;

        Assert.Equal(Sum, await Run("load, then sum", ("HOME", impossible), ("XDG_CACHE_HOME", impossible), ("TMPDIR", temporary)));
        Assert.DoesNotContain(_folder.AllFiles(), file => Path.GetFileName(file) == NativeFiles.TorchSharp);
    }

    [LinuxFact]
    public async Task EnsureLoaded_WithoutAnyUsableFolder_NamesTheVariableToSet()
    {
        string impossible = _folder.ImpossibleFolder();
        // The need for the patch is not there on newer systems: then nothing is written and nothing can fail.
        string expected = LibraryLoadsAsItIs() ? Sum : "Set the environment variable XDG_CACHE_HOME";

        Assert.Contains(expected, await Run("load, then sum", ("HOME", impossible), ("XDG_CACHE_HOME", impossible), ("TMPDIR", impossible)));
    }

    [LinuxFact]
    public async Task EnsureLoaded_WithoutNativePackage_NamesThePackageToAdd()
    {
        ApplicationFolder.CopyManaged(_folder.Path);

        string output = await ChildProcess.RunAsync("load, then sum", _folder.Path);

        Assert.StartsWith("The native library libLibTorchSharp.so is not part of this application", output, StringComparison.Ordinal);
        Assert.Contains("dotnet add package TorchSharp-cpu", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Trace from LoadNativeBackend", output, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task EnsureLoaded_WithoutLibTorch_NamesThePackageToAdd()
    {
        ApplicationFolder.CopyManaged(_folder.Path);
        File.WriteAllBytes(_folder.File(NativeFiles.TorchSharp), NativeFiles.ReadTorchSharp());

        string output = await ChildProcess.RunAsync("load, then sum", _folder.Path);

        Assert.StartsWith("The native library libtorch.so is not part of this application", output, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task EnsureLoaded_WithLibraryForAnEvenNewerSystem_NamesTheMissingVersion()
    {
        byte[] library = NativeFiles.ReadTorchSharp();
        "GLIBCXX_3.4.99"u8.CopyTo(library.AsSpan(library.AsSpan().IndexOf("GLIBCXX_3.4.30\0"u8)));
        ApplicationFolder.CopyManaged(_folder.Path);
        ApplicationFolder.AddNative(_folder.Path, library);

        string output = await ChildProcess.RunAsync("load, then sum", _folder.Path);

        Assert.Contains("libLibTorchSharp.so needs GLIBCXX_3.4.99, which this system's", output, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task EnsureLoaded_WithLibraryThatLoadsAsItIs_WritesNothing()
    {
        ApplicationFolder.CopyManaged(_folder.Path);
        ApplicationFolder.AddNative(_folder.Path, NativeFiles.Patched(NativeFiles.ReadTorchSharp()));
        string cache = Directory.CreateDirectory(_folder.File("cache")).FullName;

        Assert.Equal(Sum, await ChildProcess.RunAsync("load, then sum", _folder.Path, ("XDG_CACHE_HOME", cache)));
        Assert.Empty(Directory.GetFileSystemEntries(cache));
    }

    private static Task<string> Run(string scenario, params (string Name, string? Value)[] environment) =>
        ChildProcess.RunAsync(scenario, AppContext.BaseDirectory, environment);

    private static bool LibraryLoadsAsItIs()
    {
        TorchLibrary.EnsureLoaded();
        return System.Runtime.InteropServices.NativeLibrary.TryLoad(Path.Combine(NativeFiles.Folder, NativeFiles.TorchSharp), out _);
    }
}
