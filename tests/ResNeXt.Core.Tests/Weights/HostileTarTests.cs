using System.Text;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Tar archives whose headers lie.</summary>
public sealed class HostileTarTests
{
    [Theory]
    [InlineData("77777777777\0", "needs at least 8589936127 for its member 'pickle'")]
    [InlineData("00000100000\0", "is cut off: it has")]
    [InlineData("0000000001x\0", "is a damaged tar archive: the block at byte 1024")]
    [InlineData("-0000000001\0", "is a damaged tar archive")]
    [InlineData("0000000018\0\0", "is a damaged tar archive")]
    [InlineData("00 00000001\0", "is a damaged tar archive")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", "is a damaged tar archive")]
    [InlineData("\u0080\0\0\0\0\0\0\0\0\0\0\u0001", "is a damaged tar archive")]
    [InlineData("ÿÿÿÿÿÿÿÿÿÿÿÿ", "is a damaged tar archive")]
    public void Read_ImpossibleLength_IsRefused(string length, string expected) => Assert.Contains(expected,
        Reading.Refusal(new TarWriter().Add("sys_info", TorchTar.SysInfo(), records: null).Add("pickle", [1], '0', length, records: null).Finish()),
        StringComparison.Ordinal);

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('5')]
    [InlineData('7')]
    [InlineData('L')]
    [InlineData('S')]
    public void Read_LinkOrFolder_IsRefused(char kind)
    {
        foreach (string name in new[] { "storages", "other" })
        {
            string message = Reading.Refusal(Start().Add(name, [], kind, link: "/etc/passwd").Finish());
            Assert.Contains($"'{name}' of the kind '{kind}'", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_MemberTwice_IsRefused() =>
        Assert.Contains("'pickle' twice", Reading.Refusal(Start().Add("pickle", [1]).Add("pickle", [2]).Finish()), StringComparison.Ordinal);

    [Theory]
    [InlineData("11 size=99\n", "sets 'size'")]
    [InlineData("15 path=pickle\n", "sets 'path'")]
    [InlineData("20 mtime=1.0000000\n16 linkpath=/x\n", "is damaged")]
    [InlineData("9 mtime=\n15 linkpath=/x\n", "sets 'linkpath'")]
    [InlineData("22 GNU.sparse.major=1\n", "sets 'GNU.sparse.major'")]
    [InlineData("99999 mtime=1\n", "is damaged")]
    [InlineData("0 mtime=1\n", "is damaged")]
    [InlineData("2 mtime=1\n", "is damaged")]
    [InlineData("-1 mtime=1\n", "is damaged")]
    [InlineData("mtime=1\n", "is damaged")]
    [InlineData("8 mtime\n", "is damaged")]
    [InlineData("11 mtime=1\n\0", "is damaged")]
    public void Read_RecordThatChangesAnEntry_IsRefused(string records, string expected) =>
        Assert.Contains(expected, Reading.Refusal(Start().Add("pickle", [1], records: records).Finish()), StringComparison.Ordinal);

    [Fact]
    public void Read_TooMuchBesideTheMembers_IsRefused()
    {
        TarWriter many = Start();
        for (int i = 0; i < 1_000; i++)
            many.Add($"{i}", [], records: null);

        Assert.Contains("more than 1000 entries", Reading.Refusal(many.Finish()), StringComparison.Ordinal);
        Assert.Contains("70000 bytes of records",
            Reading.Refusal(Start().Add("pickle", [], records: new string(' ', 70_000)).Finish()), StringComparison.Ordinal);
        Assert.Contains("16000001 bytes; at most 16000000",
            Reading.Refusal(new TarWriter().Add("sys_info", new byte[16_000_001]).Finish()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sys_info")]
    [InlineData("pickle")]
    [InlineData("tensors")]
    [InlineData("storages")]
    public void Read_MemberMissing_IsRefused(string missing)
    {
        TorchTar tar = new TorchTar().Floats(1, 5).Tensor(2, 1, 0, [1], [1]).Named("w", 2);
        (string Name, byte[] Content)[] members =
            [("sys_info", TorchTar.SysInfo()), ("pickle", tar.Pickle()), ("tensors", tar.Tensors()), ("storages", tar.Storages())];
        var writer = new TarWriter();
        foreach ((string name, byte[] content) in members)
        {
            if (name != missing)
                writer.Add(name, content);
        }

        Assert.Contains($"without the member '{missing}'", Reading.Refusal(writer.Finish()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherArchive_SaysWhatItIs()
    {
        string message = Reading.Refusal(new TarWriter().Add("photos/a.jpg", Encoding.ASCII.GetBytes("a")).Finish());

        Assert.Contains("is a tar archive, but without the entries sys_info and pickle", message, StringComparison.Ordinal);
        Assert.Contains("accepted are", message, StringComparison.Ordinal);
    }

    private static TarWriter Start() => new TarWriter().Add("sys_info", TorchTar.SysInfo());
}
