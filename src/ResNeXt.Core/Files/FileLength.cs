namespace ResNeXt.Core.Files;

/// <summary>The length of a file that may be given as a symbolic link, as tools that keep large files elsewhere make them.</summary>
internal static class FileLength
{
    /// <summary>Gets the length in bytes; 0 for pipes and devices.</summary>
    /// <param name="path">The path of a file, or of a link to one.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public static long Of(string path)
    {
        // The length of a link is that of the path in it.
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
    }
}
