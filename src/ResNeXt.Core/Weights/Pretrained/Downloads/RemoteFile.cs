using System.Security.Cryptography;

namespace ResNeXt.Core.Weights.Pretrained.Downloads;

/// <summary>A file on a server, and what is known of it before it is downloaded.</summary>
/// <param name="Address">The address.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="MaximumBytes">The most bytes that are accepted.</param>
/// <param name="Sha256Prefix">The first hexadecimal digits of the SHA-256 of its content; null if they are not known.</param>
internal sealed record RemoteFile(Uri Address, string FileName, long MaximumBytes, string? Sha256Prefix)
{
    /// <summary>Gets what is wrong with the content of a file; null if it is what it has to be.</summary>
    /// <param name="content">The content; it is read from its beginning.</param>
    /// <param name="sha256Prefix">The first hexadecimal digits of the SHA-256 that the content must have; null for any content.</param>
    public static string? FindMistake(FileStream content, string? sha256Prefix)
    {
        if (sha256Prefix is null)
            return null;
        content.Position = 0;
        string actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual.StartsWith(sha256Prefix, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"its SHA-256 begins with {actual[..sha256Prefix.Length]} instead of {sha256Prefix}";
    }
}
