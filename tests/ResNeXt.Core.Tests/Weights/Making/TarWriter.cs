using System.Text;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>Writes tar archives block by block, so that they can lie.</summary>
internal sealed class TarWriter
{
    private const int Block = 512;

    private readonly MemoryStream _bytes = new();

    /// <summary>An entry; with <paramref name="records"/> an extension before it, as torch.save has one with the time.</summary>
    public TarWriter Add(string name, byte[] content, char kind = '0', string? length = null, string? records = "26 mtime=1483719550.98166\n",
        string folder = "", string link = "")
    {
        if (records is not null)
            Add("././@PaxHeader", Encoding.Latin1.GetBytes(records), 'x', records: null);
        byte[] header = new byte[Block];
        Put(header, 0, name);
        Put(header, 100, "0000600\00027736\00000144\0");
        Put(header, 124, length ?? $"{Convert.ToString(content.Length, 8).PadLeft(11, '0')}\0");
        Put(header, 136, "13033666276\0        ");
        Put(header, 156, $"{kind}{link}");
        Put(header, 257, "ustar\000");
        Put(header, 345, folder);
        Put(header, 148, $"{Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0')}\0 ");
        _bytes.Write(header);
        return Raw(content);
    }

    /// <summary>Bytes as they are, filled up to whole blocks.</summary>
    public TarWriter Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        _bytes.Write(new byte[(Block - bytes.Length % Block) % Block]);
        return this;
    }

    /// <summary>The archive with two empty blocks at its end.</summary>
    public byte[] Finish() => Raw(new byte[2 * Block])._bytes.ToArray();

    private static void Put(byte[] header, int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, offset);
}
