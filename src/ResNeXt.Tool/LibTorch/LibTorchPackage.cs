using System.Diagnostics;

namespace ResNeXt.Tool.LibTorch;

/// <summary>
/// libtorch as NuGet keeps it for the user: 600 MB that only training needs and that the tool's package therefore leaves out. What is missing is fetched by
/// the user's <c>dotnet</c>, from the sources and through the proxies that it is set up for.
/// </summary>
internal sealed class LibTorchPackage
{
    /// <summary>The version that TorchSharp 0.107.0 is built for.</summary>
    public const string Version = "2.10.0";

    private readonly string _id;
    private readonly string _folder;
    private readonly Action<string> _say;

    /// <summary>Names the package of a system.</summary>
    /// <param name="runtimeIdentifier">The system, for example <c>linux-x64</c>.</param>
    /// <param name="packages">NuGet's folder of packages; null for the user's.</param>
    /// <param name="say">Tells the user what takes long; null for standard error.</param>
    public LibTorchPackage(string runtimeIdentifier, string? packages = null, Action<string>? say = null)
    {
        _id = $"libtorch-cpu-{runtimeIdentifier}";
        _folder = Path.Combine(packages ?? UserPackages(), _id, Version, "runtimes", runtimeIdentifier, "native");
        _say = say ?? Console.Error.WriteLine;
    }

    /// <summary>The folder with the native libraries, fetched if it is not there yet.</summary>
    /// <exception cref="InvalidOperationException">It cannot be fetched; the message says why and what to do.</exception>
    public string FindOrFetch()
    {
        if (!Directory.Exists(_folder))
        {
            _say($"libtorch {Version}, which training needs, is not on this machine: dotnet fetches the package {_id} (once, about 200 MB).");
            Fetch();
        }
        return _folder;
    }

    private static string UserPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

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
            Restore(project);
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
        + $"or copy the folder of the package to '{_folder}'.");
}
