using System.Diagnostics;
using System.Runtime.InteropServices;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tests.Files;

public sealed class AtomicFileTests
{
    // Larger than any process id.
    private const string DeadProcess = "999999999";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Write_OverAnExistingFile_ReplacesIt()
    {
        using var file = new TemporaryFile([1, 2, 3]);

        AtomicFile.Write(file.Path, [4]);

        Assert.Equal([4], File.ReadAllBytes(file.Path));
        Assert.Single(Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void Write_FailingInTheMiddle_LeavesWhatWasThere()
    {
        using var file = new TemporaryFile([1, 2, 3]);

        Assert.Throws<TimeoutException>(() => AtomicFile.Write(file.Path, stream =>
        {
            stream.WriteByte(9);
            throw new TimeoutException();
        }));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(file.Path));
        Assert.Single(Directory.GetFiles(file.Folder));
    }

    [Fact]
    public void Write_IntoAMissingFolder_NamesTheFolder()
    {
        using var file = new TemporaryFile();
        string folder = Path.Combine(file.Folder, "missing");

        var exception = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(folder, "x"), [1]));

        Assert.Contains(folder, exception.Message);
    }

    [Fact]
    public void Write_AfterAKilledProcess_DeletesWhatItLeft()
    {
        using var folder = new TemporaryFolder();
        string left = folder.File($".model.zip.{DeadProcess}-0123abcd.tmp"), ofUser = folder.File(".model.zip.notes.tmp"),
            ofThis = folder.File($".model.zip.{Environment.ProcessId}-0123abcd.tmp");
        foreach (string path in new[] { left, ofUser, ofThis })
            File.WriteAllText(path, "");

        AtomicFile.Write(folder.File("model.zip"), [1]);

        Assert.False(File.Exists(left));
        Assert.All([ofUser, ofThis], path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public void Write_WhileAnotherWritesTheSameFile_LeavesItsTemporaryFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.zip"), locked = folder.File($".model.zip.{DeadProcess}-0123abcd.tmp");
        using var other = new FileStream(locked, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

        AtomicFile.Write(path, first =>
        {
            first.WriteByte(1);
            AtomicFile.Write(path, [2, 2]);
        });

        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.True(File.Exists(locked));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    // In a folder such as /tmp one may write to a file that only its owner may delete. Only root can act for another user.
    [Fact]
    public void Write_BesideALeftoverOfAnotherUser_LeavesIt()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return;
        using var folder = new TemporaryFolder();
        string left = folder.File($".model.zip.{DeadProcess}-0123abcd.tmp"), path = folder.File("model.zip");
        File.WriteAllText(left, "");
        const UnixFileMode Everybody = (UnixFileMode)0x1FF;
        File.SetUnixFileMode(left, Everybody);
        File.SetUnixFileMode(folder.Path, Everybody | UnixFileMode.StickyBit);
        Exception? failure = null;
        var other = new Thread(() =>
        {
            // Of this thread only, which ends.
            ActAsUser(65534);
            failure = Record.Exception(() => AtomicFile.Write(path, [1]));
        });

        other.Start();
        other.Join();

        Assert.Null(failure);
        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.True(File.Exists(left));
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int ActAsUser(uint user);

    [Fact]
    public void Write_OverAFileForItsOwnerOnly_KeepsItsMode()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var file = new TemporaryFile([1]);
        File.SetUnixFileMode(file.Path, OwnerOnly);

        AtomicFile.Write(file.Path, [2]);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_ThroughALink_ReplacesTheTargetAndNotTheLink(bool exists)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string target = folder.File("target.zip"), link = folder.File("link.zip");
        if (exists)
            File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "target.zip");

        AtomicFile.Write(link, [7]);

        Assert.Equal("target.zip", new FileInfo(link).LinkTarget);
        Assert.Equal([7], File.ReadAllBytes(target));
        Assert.Null(new FileInfo(target).LinkTarget);
    }

    [Fact]
    public void Write_ToAPipeADeviceOrAFolder_IsRefusedInASentence()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        string pipe = folder.File("pipe"), link = folder.File("link");
        using (Process made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        File.CreateSymbolicLink(link, "/dev/null");

        foreach (string path in new[] { pipe, link, "/dev/null" })
            Assert.Contains("is a pipe or a device", Assert.Throws<IOException>(() => AtomicFile.Write(path, [1])).Message);
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => AtomicFile.Write(folder.Path, [1])).Message);
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("ß", 127)]
    [InlineData("🦆", 63)]
    public void Write_ToTheLongestPossibleName_Works(string letter, int count)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string path = folder.File(string.Concat(Enumerable.Repeat(letter, count)));

        AtomicFile.Write(path, [1]);
        AtomicFile.Write(path, [2]);

        Assert.Equal([2], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
