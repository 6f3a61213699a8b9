namespace ResNeXt.Tests;

/// <summary>The folder <c>shared</c> beside the repository: real data that is never copied into it.</summary>
public static class SharedData
{
    /// <summary>The folder, or null where this machine has none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why tests on it are skipped, or null where it is present.</summary>
    public static string? MissingReason => Folder is null ? "The folder 'shared' with real data is not beside the repository." : null;

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder!, .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ResNeXt.MLNet.sln")))
            {
                string shared = System.IO.Path.Combine(folder.Parent!.FullName, "shared");
                return Directory.Exists(System.IO.Path.Combine(shared, "golden")) ? shared : null;
            }
        }
        return null;
    }
}
