using System.Collections.Frozen;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Folders;

/// <summary>The endings of picture files: those that <see cref="ImageDecoder"/> reads, and those that it does not.</summary>
internal static class PictureEndings
{
    /// <summary>Files that are taken; what is in them, their content tells.</summary>
    public static IReadOnlyList<string> Accepted { get; } =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".pjpeg", ".pjp", ".png", ".apng", ".bmp", ".dib", ".gif", ".webp"];

    private static readonly FrozenSet<string> AcceptedSet = Accepted.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Others = FrozenSet.ToFrozenSet(
    [
        ".tif", ".tiff", ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2", ".j2k", ".jpf", ".jpx", ".jpm", ".j2c", ".jxr", ".wdp", ".ico", ".cur",
        ".svg", ".svgz", ".psd", ".psb", ".xcf", ".ai", ".eps", ".tga", ".pcx", ".dds", ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".exr",
        ".hdr", ".wbmp", ".ras", ".sgi", ".xbm", ".xpm", ".dcm", ".raw", ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2",
        ".orf", ".rw2", ".raf", ".pef", ".srw", ".x3f", ".3fr", ".erf", ".kdc", ".mrw", ".rwl", ".iiq",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file is taken.</summary>
    public static bool IsAccepted(string path) => AcceptedSet.Contains(Path.GetExtension(path));

    /// <summary>Whether a file is a picture of a format that is not read.</summary>
    public static bool IsOther(string path) => Others.Contains(Path.GetExtension(path));

    /// <summary>How many files of each ending there are, as a list to show: the most frequent first.</summary>
    public static string Counts(IEnumerable<string> paths) => string.Join(", ", paths
        .CountBy(path => Path.GetExtension(path).ToLowerInvariant()).OrderByDescending(ending => ending.Value)
            .ThenBy(ending => ending.Key, StringComparer.Ordinal)
        .Select(ending => $"{ending.Value} {ending.Key}"));
}
