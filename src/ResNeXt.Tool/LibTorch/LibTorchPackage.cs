using System.Diagnostics;

namespace ResNeXt.Tool.LibTorch;

/// <summary>
/// The NuGet package of libtorch in the user's package folder. It has 600 MB and scoring does not need it, so it is not part of the tool. If it is
/// missing, the user's <c>dotnet</c> downloads it, with its configured package sources and proxies.
/// </summary>
internal sealed class LibTorchPackage
{
    /// <summary>The version that TorchSharp 0.107.0 needs.</summary>
    public const string Version = "2.10.0";

    // NuGet writes it last: without it, the package is still being unpacked, or its unpacking was interrupted.
    private const string WrittenLast = ".nupkg.metadata";

    private readonly string _id, _package, _folder;
    private readonly Action<string> _say;
    private readonly Action<string> _restore;

    /// <summary>Selects the package for a system.</summary>
    /// <param name="runtimeIdentifier">The system, for example <c>linux-x64</c>.</param>
    /// <param name="packages">The package folder of NuGet; null for the user's.</param>
    /// <param name="say">The action that shows messages to the user; null for standard error.</param>
    /// <param name="restore">The action that restores a project; null for <c>dotnet restore</c>.</param>
    public LibTorchPackage(string runtimeIdentifier, string? packages = null, Action<string>? say = null, Action<string>? restore = null)
    {
        _id = $"libtorch-cpu-{runtimeIdentifier}";
        _package = Path.Combine(packages ?? UserPackages(), _id, Version);
        _folder = Path.Combine(_package, "runtimes", runtimeIdentifier, "native");
        _say = say ?? Console.Error.WriteLine;
        _restore = restore ?? Restore;
    }

    private bool IsComplete => File.Exists(Path.Combine(_package, WrittenLast)) && Directory.Exists(_folder);

    /// <summary>Gets the folder with the native libraries. Downloads the package if it is missing.</summary>
    /// <exception cref="InvalidOperationException">The package cannot be downloaded; the message says why and what to do.</exception>
    public string FindOrFetch()
    {
        if (!IsComplete)
        {
            _say($"libtorch {Version}, which this command needs, is not on this machine: dotnet fetches the package {_id} (once, about 200 MB).");
            Fetch();
        }
        return _folder;
    }

    private static string UserPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
        ? chosen
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home
            ? Path.Combine(home, ".nuget", "packages")
            // A folder below the current one could hold libraries of somebody else.
            : throw new InvalidOperationException("The user has no home folder to find libtorch in; set HOME, or NUGET_PACKAGES to NuGet's package folder.");

    private void Fetch()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("resnext-");
        try
        {
            string project = Path.Combine(folder.FullName, "libtorch.csproj");
            File.WriteAllText(project, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{_id}" Version="[{Version}]" />
                  </ItemGroup>
                </Project>
                """);
            // Waits for another process that unpacks the package, and completes one whose unpacking was interrupted.
            _restore(project);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Restore(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--disable-build-servers"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string said = string.Join(' ', $"{output} {errors.Result}".Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Select(line => line.Trim()));
            if (process.ExitCode != 0 || !Directory.Exists(_folder))
                throw Failure(said.Length > 0 ? $"dotnet says: {said}" : $"dotnet ended with the exit code {process.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw Failure($"The command dotnet cannot be started: {exception.Message}.");
        }
    }

    private InvalidOperationException Failure(string reason) => new(
        $"The package {_id} {Version} cannot be fetched. {reason} Check the connection and NuGet's sources (dotnet nuget list source), "
        + $"or copy this folder from another machine: '{_package}'.");
}
