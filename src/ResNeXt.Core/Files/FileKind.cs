using System.Runtime.InteropServices;

namespace ResNeXt.Core.Files;

/// <summary>
/// Tells regular files from pipes, sockets and devices, which .NET does not: opening a pipe waits for its other end, reading a device may never end,
/// and replacing one harms the system.
/// </summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100, TypeOnly = 1, ResultLength = 256, ModeOffset = 28;
    private const int TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    /// <summary>Whether a path leads to a pipe, a socket or a device. Links are followed.</summary>
    /// <param name="path">The path. If nothing is there, the answer is no.</param>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.GetFullPath(path).StartsWith(@"\\.\", StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux())
            return path.StartsWith("/dev/", StringComparison.Ordinal) && File.Exists(path);
        // statx, because its result has the same layout on every processor.
        Span<byte> result = stackalloc byte[ResultLength];
        return Status(CurrentFolder, path, flags: 0, TypeOnly, result) == 0
            && (MemoryMarshal.Read<ushort>(result[ModeOffset..]) & TypeMask) is not Regular and not Folder;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> result);
}
