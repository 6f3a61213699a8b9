using System.Runtime.Versioning;
using ResNeXt.Core.NativeLoading;

namespace ResNeXt.Core.Tests.NativeLoading;

[SupportedOSPlatform("linux")]
public sealed class PatchedLibraryCacheTests : IDisposable
{
    private const string FileName = "library.so";
    private static readonly byte[] Original = [.. "foobar"u8];
    private static readonly byte[] Patched = [.. Enumerable.Range(0, 200_000).Select(index => (byte)(index * 7))];
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("new", "cache");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void Store_EmptyCache_WritesTheFileUnderTheHashOfTheOriginal()
    {
        string path = Store();

        Assert.Equal(Path.Combine(Folder, "native", "a2aa05ed9085aaf9", FileName), path);
        Assert.Equal(Patched, File.ReadAllBytes(path));
        Assert.Equal([path], _folder.AllFiles());
    }

    [LinuxFact]
    public void Store_SecondTime_KeepsTheFile()
    {
        string path = Store();
        var before = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, before);

        Assert.Equal(path, Store());
        Assert.Equal(before, File.GetLastWriteTimeUtc(path));
    }

    [LinuxFact]
    public void Store_DamagedFile_ReplacesIt()
    {
        string path = Store();
        byte[] oneBitOff = [.. Patched];
        oneBitOff[^1] ^= 1;
        foreach (byte[] damaged in (byte[][])[[], Patched[..1000], oneBitOff, [.. Patched, 0]])
        {
            File.WriteAllBytes(path, damaged);

            Assert.Equal(Patched, File.ReadAllBytes(Store()));
        }
        Assert.Equal([path], _folder.AllFiles());
    }

    [LinuxFact]
    public void Store_LinkToAnotherFile_ReplacesTheLinkOnly()
    {
        string path = Store();
        string other = _folder.File("other");
        File.WriteAllText(other, "mine");
        File.Delete(path);
        File.CreateSymbolicLink(path, other);

        Assert.Equal(Patched, File.ReadAllBytes(Store()));
        Assert.Equal("mine", File.ReadAllText(other));
    }

    [LinuxFact]
    public void Store_FolderOpenToOthers_ClosesIt()
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_111_111);

        Store();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [LinuxFact]
    public void Store_FolderCannotBeCreated_Throws()
    {
        var cache = new PatchedLibraryCache(_folder.ImpossibleFolder());

        Assert.ThrowsAny<IOException>(() => cache.Store(FileName, Original, Patched));
    }

    [LinuxFact]
    public void Store_FromSeveralThreadsOverGarbage_NeverShowsAnUnfinishedFile()
    {
        string path = Store();
        for (int round = 0; round < 10; round++)
        {
            File.WriteAllText(path, "garbage");
            var seen = new byte[8][];
            Thread[] threads = [.. Enumerable.Range(0, seen.Length).Select(index => new Thread(() => seen[index] = File.ReadAllBytes(Store())))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            Assert.All(seen, content => Assert.Equal(Patched, content));
        }
        Assert.Equal([path], _folder.AllFiles());
    }

    private string Store() => new PatchedLibraryCache(Folder).Store(FileName, Original, Patched);
}
