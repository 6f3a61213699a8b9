using System.Buffers.Binary;
using System.IO.Compression;
using ResNeXt.Core.Files;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights.Zip;

namespace ResNeXt.Core.Tests.Weights.Zip;

/// <summary>Archives whose directory does not match their content.</summary>
public sealed class ZipDirectoryTests
{
    // Offsets in the records: section 4.3 of the format's description.
    private const int Flags = 8, Method = 10, StoredLength = 20, Length = 24, HeaderOffset = 42;
    private const int EndCount = 10, EndLength = 12, EndOffset = 16, EndRecord = 22;

    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(index => (byte)(index / 7))];

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Read_OfAnArchiveOfTheFramework_GivesItsBytes(CompressionLevel level)
    {
        using WeightSource source = Source(Archive(level));
        ZipDirectory directory = ZipDirectory.Read(source);
        byte[] head = new byte[10], next = new byte[70_000];

        using (ZipEntryReader reader = Open(directory))
        {
            reader.Read(head);
            reader.Read(next);
            reader.Finish();
        }

        Assert.Equal(Content[..10], head);
        Assert.Equal(Content[10..70_010], next);
    }

    // Small files could otherwise have thousands of long entries, each of which is read for its checksum.
    [Fact]
    public void Read_OfEntriesThatOverlap_IsRefused()
    {
        byte[] archive = ZipWriter.Write(
            Enumerable.Range(0, 4).Select(index => ($"{index}", new byte[100])), claimLength: (_, length) => length + 50);
        using WeightSource source = Source(archive);

        Assert.Contains("damaged zip archive", Assert.Throws<InvalidDataException>(() => ZipDirectory.Read(source)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfAStoredEntry_GivesItsPlace()
    {
        byte[] archive = Archive(CompressionLevel.NoCompression);
        using WeightSource source = Source(archive);
        ZipDirectory directory = ZipDirectory.Read(source);

        (long offset, long length) = directory.Find("content")!.Value;

        Assert.Equal(Content, archive[(int)offset..(int)(offset + length)]);
        Assert.Null(directory.Find("other"));
    }

    [Theory]
    [InlineData(Flags, 1, 2)]
    [InlineData(Method, 12, 2)]
    [InlineData(Method, 0, 2)]
    public void Open_OfAnEntryInAnotherForm_IsRefused(int field, int value, int size)
    {
        using WeightSource source = Source(WithEntry(Archive(CompressionLevel.Optimal), field, value, size));
        ZipDirectory directory = ZipDirectory.Read(source);

        Assert.Contains("'content' in an encrypted or unknown form", Refusal(() => Open(directory)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "has fewer than 100001 bytes")]
    [InlineData(-1, "has more than 99999 bytes")]
    public void Finish_OfAnEntryOfAnotherLength_IsRefused(int added, string expected)
    {
        using WeightSource source = Source(WithEntry(Archive(CompressionLevel.Optimal), Length, Content.Length + added, 4));
        ZipDirectory directory = ZipDirectory.Read(source);
        using ZipEntryReader reader = Open(directory);

        Assert.Contains(expected, Refusal(reader.Finish), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BeyondTheEndOfAnEntry_IsRefused()
    {
        using WeightSource source = Source(Archive(CompressionLevel.NoCompression));
        ZipDirectory directory = ZipDirectory.Read(source);
        using ZipEntryReader reader = Open(directory);
        reader.Read(new byte[Content.Length - 1]);

        Assert.Contains("has fewer than 100001 bytes", Refusal(() => reader.Read(new byte[2])), StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_OfAnEntryThatCannotBeUnpacked_IsRefused()
    {
        byte[] archive = Archive(CompressionLevel.Optimal);
        using WeightSource whole = Source(archive);
        int start = (int)ZipDirectory.Read(whole).Entries["content"].HeaderOffset;
        // A block of a kind that deflate does not have.
        archive[start + 30 + "content".Length] = 0xFF;
        using WeightSource source = Source(archive);
        ZipDirectory directory = ZipDirectory.Read(source);
        using ZipEntryReader reader = Open(directory);

        Assert.Contains("cannot be unpacked", Refusal(reader.Finish), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HeaderOffset, 1)]
    [InlineData(HeaderOffset, int.MaxValue)]
    [InlineData(StoredLength, int.MaxValue)]
    public void Open_OfAnEntryOutsideOfTheContent_IsRefused(int field, int value)
    {
        using WeightSource source = Source(WithEntry(Archive(CompressionLevel.Optimal), field, value, 4));

        Assert.Contains("its directory does not match its content", Refusal(() => Open(ZipDirectory.Read(source))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EndOffset, 1, "directory lies outside of the file")]
    [InlineData(EndOffset, int.MaxValue, "directory lies outside of the file")]
    [InlineData(EndLength, 1, "directory lies outside of the file")]
    [InlineData(EndOffset, -1, "directory does not match its content")]
    [InlineData(EndLength, -1, "directory does not match its content")]
    [InlineData(EndCount, 1, "directory does not match its content")]
    public void Read_OfADirectoryElsewhere_IsRefused(int field, int added, string expected)
    {
        byte[] archive = Archive(CompressionLevel.Optimal);
        Span<byte> place = archive.AsSpan(archive.Length - EndRecord + field);
        if (field == EndCount)
            BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(place) + added));
        else
            BinaryPrimitives.WriteUInt32LittleEndian(place, added == int.MaxValue ? int.MaxValue : ReadNumber(place) + (uint)added);
        using WeightSource source = Source(archive);

        Assert.Contains(expected, Refusal(() => ZipDirectory.Read(source)), StringComparison.Ordinal);
    }

    // The 64-bit record counts where one field of the other says so, whichever it is.
    [Theory]
    [InlineData(EndCount)]
    [InlineData(EndLength)]
    [InlineData(EndOffset)]
    public void Read_WhereOneFieldPointsToTheLongRecord_ReadsIt(int field)
    {
        byte[] archive = ZipWriter.Write([("content", [1, 2])], zip64: true), plain = ZipWriter.Write([("content", [1, 2])]);
        int start = archive.Length - EndRecord;
        foreach ((int other, int size) in new[] { (EndCount, 2), (EndLength, 4), (EndOffset, 4) })
        {
            if (other != field)
                plain.AsSpan(plain.Length - EndRecord + other, size).CopyTo(archive.AsSpan(start + other));
        }
        using WeightSource source = Source(archive);

        Assert.Equal(["content"], ZipDirectory.Read(source).Names);
    }

    [Fact]
    public void Read_WhereTheLongRecordIsMissing_IsRefused()
    {
        byte[] archive = ZipWriter.Write([("content", [1, 2])], zip64: true);
        // Another signature in the record itself, and in what points to it.
        foreach (int start in new[] { archive.Length - EndRecord - 20, archive.Length - EndRecord - 20 - 56 })
        {
            byte[] damaged = [.. archive];
            damaged[start] ^= 1;
            using WeightSource source = Source(damaged);

            Assert.Contains("65535 entries in 4294967295 bytes", Refusal(() => ZipDirectory.Read(source)), StringComparison.Ordinal);
        }
    }

    private static uint ReadNumber(ReadOnlySpan<byte> place) => BinaryPrimitives.ReadUInt32LittleEndian(place);

    private static ZipEntryReader Open(ZipDirectory directory) => directory.Open(directory.Entries["content"]);

    private static string Refusal(Action action) => Assert.Throws<InvalidDataException>(action).Message;

    private static string Refusal(Func<object> action) => Assert.Throws<InvalidDataException>(action).Message;

    private static WeightSource Source(byte[] archive) => WeightSource.Of(archive, "test", "archive");

    private static byte[] Archive(CompressionLevel level)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("content", level).Open();
            entry.Write(Content);
        }
        return file.ToArray();
    }

    // The archive with another number in the directory's only entry.
    private static byte[] WithEntry(byte[] archive, int field, int value, int size)
    {
        int start = (int)BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(archive.Length - EndRecord + EndOffset));
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        bytes.AsSpan(0, size).CopyTo(archive.AsSpan(start + field));
        return archive;
    }
}
