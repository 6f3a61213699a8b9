using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>An entry of a tar archive that <c>torch.save</c> wrote, in which pickles and binary numbers alternate. It is read forward.</summary>
internal sealed class TorchTarInput(WeightSource source, TorchTarObjects objects, string name, (long Offset, long Length) member)
{
    // A network with a thousand layers has 5,000 tensors. Each takes up to 500 bytes of memory.
    private const long MaximumRecords = 50_000;

    // A number, a device and a type take about 60 bytes.
    private const int MaximumRecordLength = 1_024;

    private readonly long _end = member.Offset + member.Length;

    /// <summary>The offset of the next byte in the file.</summary>
    public long Position { get; private set; } = member.Offset;

    /// <summary>The number of bytes up to the end of the entry.</summary>
    public long Remaining => _end - Position;

    /// <summary>Reads the number of records, with which the entry begins.</summary>
    public long Count() => Record() is long count and >= 0 and <= MaximumRecords
        ? count
        : throw Damaged($"does not begin with a number of records from 0 to {MaximumRecords}");

    /// <summary>Reads the object in a short pickle.</summary>
    public object? Record() => Pickle(MaximumRecordLength);

    /// <summary>Reads the object in a pickle of limited length.</summary>
    public object? Pickle(int maximumLength)
    {
        var input = new PickleInput(source, Position, Position + Math.Min(maximumLength, Remaining));
        object? value = new PickleReader(input, objects.Find).Read();
        Position = input.Position;
        return value;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    public long Int64() => Int64s(1)[0];

    /// <summary>Reads 64-bit integers. The caller limits their number.</summary>
    public long[] Int64s(int count)
    {
        byte[] bytes = new byte[count * sizeof(long)];
        source.Read(Skip(bytes.Length), bytes);
        return [.. bytes.Chunk(sizeof(long)).Select(number => BinaryPrimitives.ReadInt64LittleEndian(number))];
    }

    /// <summary>Skips bytes.</summary>
    /// <returns>The offset of the first skipped byte.</returns>
    public long Skip(long length)
    {
        if (length > Remaining)
            throw Damaged($"goes on beyond its end at byte {_end}");
        long start = Position;
        Position += length;
        return start;
    }

    /// <summary>Creates the exception for a damaged entry. <paramref name="what"/> continues "its member ...".</summary>
    public InvalidDataException Damaged(string what) =>
        source.Refuse($"is damaged: its member {Quoted.Name(name)} {what} (before byte {Position}). Download or save it again.");
}
