using System.Text.RegularExpressions;

namespace ResNeXt.Core.NativeLoading;

/// <summary>What the system's loader says when it cannot load a library, inside .NET's exception message.</summary>
/// <remarks>The words around them depend on the user's language, the names of versions and files do not.</remarks>
internal static partial class LoaderText
{
    /// <summary>Whether it says that a version of the C or C++ library is missing.</summary>
    public static bool NamesVersion(string message) => Version().IsMatch(message);

    /// <summary>The first missing version that it names, or null.</summary>
    public static string? MissingVersion(string message) => Version().Match(message) is { Success: true } match ? match.Value : null;

    /// <summary>Without .NET's general advice, which comes before the first colon that ends a line.</summary>
    public static string Shorten(string message)
    {
        int end = message.IndexOf(":\n", StringComparison.Ordinal);
        return (end < 0 ? message : message[(end + 2)..]).Trim();
    }

    [GeneratedRegex(@"\b(GLIBCXX|GLIBC|CXXABI|GCC)_\d+(\.\d+)*\b")]
    private static partial Regex Version();
}
