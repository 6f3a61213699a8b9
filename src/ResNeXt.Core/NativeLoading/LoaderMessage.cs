using System.Text.RegularExpressions;

namespace ResNeXt.Core.NativeLoading;

/// <summary>Reads the message of the system's dynamic loader (<c>dlopen</c>), which .NET's exception message contains.</summary>
/// <remarks>Most words of the message depend on the user's language; the names of versions and files do not.</remarks>
internal static partial class LoaderMessage
{
    /// <summary>Whether the message says that a version of the C or C++ library is missing.</summary>
    public static bool NamesVersion(string message) => Version().IsMatch(message);

    /// <summary>The first missing version that the message names, or null.</summary>
    public static string? MissingVersion(string message) => Version().Match(message) is { Success: true } match ? match.Value : null;

    /// <summary>Removes .NET's general advice, which ends with the first colon at the end of a line.</summary>
    public static string Shorten(string message)
    {
        int end = message.IndexOf(":\n", StringComparison.Ordinal);
        return (end < 0 ? message : message[(end + 2)..]).Trim();
    }

    [GeneratedRegex(@"\b(GLIBCXX|GLIBC|CXXABI|GCC)_\d+(\.\d+)*\b")]
    private static partial Regex Version();
}
