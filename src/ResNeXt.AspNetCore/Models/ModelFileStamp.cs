namespace ResNeXt.AspNetCore.Models;

/// <summary>What distinguishes a version of a file from the one before it, without reading it.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Written">When it was last written.</param>
/// <param name="Created">When it was created: a file that is moved into the place of another keeps the time when it was written.</param>
internal readonly record struct ModelFileStamp(long Length, DateTime Written, DateTime Created)
{
    /// <summary>Looks at a file, or at the one that a link leads to.</summary>
    /// <returns>Null if there is no such file, or if it cannot be looked at.</returns>
    public static ModelFileStamp? Of(string path)
    {
        try
        {
            FileSystemInfo target = new FileInfo(path);
            target = target.ResolveLinkTarget(returnFinalTarget: true) ?? target;
            return target is FileInfo { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc) : null;
        }
        // The file may go at any time.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
