namespace ResNeXt.Tests;

/// <summary>A test that builds from the repository's sources; skipped where they, or the dotnet command, are not at hand.</summary>
internal sealed class SourceFactAttribute : FactAttribute
{
    public SourceFactAttribute()
    {
        if (DotnetCommand.Program is null)
            Skip = "The dotnet command is not on the path.";
        else if (Repository is null)
            Skip = "The tests do not run from a folder within the repository.";
    }

    /// <summary>The folder of the solution, or null.</summary>
    public static string? Repository { get; } = Find();

    /// <summary>
    /// Where such tests build: apart from the sources' own folders, which other builds may be using, but where the next run finds it again.
    /// </summary>
    public static string Artifacts { get; } = Path.Combine(AppContext.BaseDirectory, "built-by-tests");

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ResNeXt.MLNet.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
