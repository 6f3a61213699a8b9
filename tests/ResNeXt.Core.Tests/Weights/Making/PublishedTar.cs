using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>
/// torchvision's first resnet18, of which the shared folder has the beginning: everything but the elements. They are made up here, so that the
/// file is whole again, with its own headers and descriptions.
/// </summary>
internal sealed class PublishedTar
{
    private const int PickleOffset = 3_584, PickleLength = 5_885;
    private const int TensorsOffset = 11_264, TensorsLength = 8_019;
    private const int StoragesOffset = 20_992, StoragesLength = 46_801_661;
    private const int RecordLength = 37;

    private readonly byte[] _start = File.ReadAllBytes(SharedData.Path("data", "weights", "resnet18-5c106cde.TRUNCATED.pth"))[..StoragesOffset];

    // By the tensor's key: the storage's key and the dimensions. Read by the fixed length of each record, not as the reader does.
    private readonly Dictionary<int, (int Storage, long[] Shape)> _tensors = [];

    public PublishedTar()
    {
        ReadOnlySpan<byte> tensors = _start.AsSpan(TensorsOffset, TensorsLength);
        for (int position = 5; position < tensors.Length;)
        {
            ReadOnlySpan<byte> record = tensors[position..];
            int key = BinaryPrimitives.ReadInt32LittleEndian(record[3..]), storage = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
            int rank = BinaryPrimitives.ReadInt32LittleEndian(record[RecordLength..]);
            _tensors.Add(key, (storage, MemoryMarshal.Cast<byte, long>(record.Slice(RecordLength + 8, rank * 8)).ToArray()));
            position += RecordLength + 8 + rank * 16 + 8;
        }
    }

    /// <summary>Names of the tensors, their dimensions and the values that they must have.</summary>
    public IEnumerable<(string Name, long[] Shape, float[] Values)> Expected()
    {
        // A name, then the key of its tensor, and so on.
        foreach (string[] pair in Texts().Chunk(2))
        {
            (int storage, long[] shape) = _tensors[int.Parse(pair[1], CultureInfo.InvariantCulture)];
            yield return (pair[0], shape, Values(storage, shape));
        }
    }

    public byte[] Whole()
    {
        var file = new MemoryStream();
        file.Write(_start);
        file.Write([0x80, 2, (byte)'K', (byte)_tensors.Count, (byte)'.']);
        foreach ((int storage, long[] shape) in _tensors.Values.OrderBy(tensor => tensor.Storage))
        {
            float[] values = Values(storage, shape);
            file.Write([0x80, 2, (byte)'J', .. BitConverter.GetBytes(storage)]);
            file.Write([.. "X\u0003\0\0\0cpuq\0ctorch\nFloatStorage\nq\u0001"u8, 0x87, .. "q\u0002."u8]);
            file.Write(BitConverter.GetBytes((long)values.Length));
            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        file.Write([0x80, 2, .. "]q\0."u8]);
        // It must come out as long as the published file says, or it is not made as that was.
        Assert.Equal(StoragesLength, file.Length - StoragesOffset);
        // Archives are filled up to twenty blocks.
        file.SetLength((file.Length + 10_239) / 10_240 * 10_240);
        return file.ToArray();
    }

    private static float[] Values(int storage, long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (product, dimension) => product * dimension);
        return [.. Enumerable.Range(0, count).Select(i => (storage / 16 * 31L + i * 7L) % 8191 / 64f)];
    }

    // The pickle has no other texts than names and keys, each with its length before it.
    private IEnumerable<string> Texts()
    {
        for (int i = PickleOffset; i < PickleOffset + PickleLength - 5; i++)
        {
            if (_start[i] == 'X' && _start[i + 1] > 0 && _start.AsSpan(i + 2, 3).SequenceEqual("\0\0\0"u8))
            {
                yield return Encoding.ASCII.GetString(_start, i + 5, _start[i + 1]);
                i += 4 + _start[i + 1];
            }
        }
    }
}
