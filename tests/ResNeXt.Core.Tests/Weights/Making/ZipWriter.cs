using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>Writes zip archives of stored entries byte by byte, so that they can lie.</summary>
internal static class ZipWriter
{
    /// <summary>An archive. With <paramref name="zip64"/> its directory uses 64-bit numbers throughout; without <paramref name="checksum"/> it has none.</summary>
    public static byte[] Write(IEnumerable<(string Name, byte[] Content)> entries, bool zip64 = false,
        Func<string, uint, uint>? claimLength = null, ushort method = 0, Func<byte[], uint>? checksum = null)
    {
        var file = new MemoryStream();
        var directory = new MemoryStream();
        int count = 0;
        foreach ((string name, byte[] content) in entries)
        {
            uint offset = (uint)file.Position, length = claimLength?.Invoke(name, (uint)content.Length) ?? (uint)content.Length;
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            // Like torch.save, writes an extra field before the content so that it begins at an aligned offset.
            byte[] padding = [(byte)'F', (byte)'B', 2, 0, (byte)'Z', (byte)'Z'];
            Put(file, [0x04034B50u, (ushort)20, (ushort)0x0808, method, 0u, 0u, 0u, 0u, (ushort)utf8.Length, (ushort)padding.Length]);
            file.Write([.. utf8, .. padding, .. content]);
            uint shown = zip64 ? uint.MaxValue : length;
            Put(directory, [0x02014B50u, (ushort)20, (ushort)20, (ushort)0x0808, method, 0u, checksum?.Invoke(content) ?? 0u, shown, shown, (ushort)utf8.Length,
                (ushort)(zip64 ? 28 : 0), (ushort)0, (ushort)0, (ushort)0, 0u, zip64 ? uint.MaxValue : offset]);
            directory.Write(utf8);
            if (zip64)
                Put(directory, [(ushort)1, (ushort)24, (ulong)length, (ulong)length, (ulong)offset]);
            count++;
        }
        ulong start = (ulong)file.Position;
        file.Write(directory.ToArray());
        if (zip64)
            Put(file, [0x06064B50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)count, (ulong)count, (ulong)directory.Length, start,
                0x07064B50u, 0u, start + (ulong)directory.Length, 1u]);
        uint shownCount = zip64 ? ushort.MaxValue : (uint)count;
        Put(file, [0x06054B50u, (ushort)0, (ushort)0, (ushort)shownCount, (ushort)shownCount, zip64 ? uint.MaxValue : (uint)directory.Length,
            zip64 ? uint.MaxValue : (uint)start, (ushort)0]);
        return file.ToArray();
    }

    private static void Put(MemoryStream stream, object[] fields)
    {
        byte[] bytes = new byte[8];
        foreach (object field in fields)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Convert.ToUInt64(field));
            stream.Write(bytes, 0, field switch { ushort => 2, uint => 4, _ => 8 });
        }
    }
}
