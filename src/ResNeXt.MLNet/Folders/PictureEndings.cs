using System.Collections.Frozen;
using ResNeXt.MLNet.Images;

namespace ResNeXt.MLNet.Folders;

/// <summary>The file name extensions of pictures: of formats that <see cref="ImageDecoder"/> reads, and of others.</summary>
internal static class PictureEndings
{
    /// <summary>The extensions of files that are read; the format is recognized by the content.</summary>
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

    /// <summary>Whether a file has an extension of a format that is read.</summary>
    /// <param name="path">The path of the file.</param>
    public static bool IsAccepted(string path) => AcceptedSet.Contains(Path.GetExtension(path));

    /// <summary>Whether a file has an extension of another picture format.</summary>
    /// <param name="path">The path of the file.</param>
    public static bool IsOther(string path) => Others.Contains(Path.GetExtension(path));

    /// <summary>Counts the files of each extension, as text: the most frequent extension first.</summary>
    /// <param name="paths">The paths of the files.</param>
    public static string Counts(IEnumerable<string> paths) => string.Join(", ", paths
        .CountBy(path => Path.GetExtension(path).ToLowerInvariant()).OrderByDescending(ending => ending.Value)
            .ThenBy(ending => ending.Key, StringComparer.Ordinal)
        .Select(ending => $"{ending.Value} {ending.Key}"));
}
