namespace ResNeXt.Core.NativeLoading;

/// <summary>The user's cache folders.</summary>
internal static class CacheFolders
{
    private const string ProductFolder = "ResNeXt.MLNet";

    /// <summary>The folders to try, in this order: <c>XDG_CACHE_HOME</c>, then <c>.cache</c> in the user's home.</summary>
    public static IReadOnlyList<string> OfUser()
    {
        // If HOME is not set, .NET asks the system's user database; a user without an entry there has no home.
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string? chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string?[] roots = [chosen, home.Length == 0 ? null : Path.Combine(home, ".cache")];
        // The specification of XDG_CACHE_HOME says to ignore relative paths.
        return [.. roots.OfType<string>().Where(Path.IsPathFullyQualified).Select(root => Path.Combine(root, ProductFolder)).Distinct()];
    }
}
