using System.Buffers.Binary;
using ResNeXt.Core.Files;
using ResNeXt.Core.Weights.PyTorch.Pickle;

namespace ResNeXt.Core.Weights.PyTorch.Tar;

/// <summary>One member of a tar archive of torch.save, in which pickles and raw numbers alternate; read forwards.</summary>
internal sealed class TorchTarInput(WeightSource source, TorchTarObjects objects, string name, (long Offset, long Length) member)
{
    // A network with a thousand layers has 5,000 tensors; each takes up to 500 bytes of memory here.
    private const long MaximumRecords = 50_000;

    // A number, a device and a type take about 60 bytes.
    private const int MaximumRecordLength = 1_024;

    private readonly long _end = member.Offset + member.Length;

    /// <summary>Offset in the file of the next byte.</summary>
    public long Position { get; private set; } = member.Offset;

    /// <summary>Bytes up to the member's end.</summary>
    public long Remaining => _end - Position;

    /// <summary>The number of records with which the member begins.</summary>
    public long Count() => Record() is long count and >= 0 and <= MaximumRecords
        ? count
        : throw Damaged($"does not begin with a number of records from 0 to {MaximumRecords}");

    /// <summary>The object of a short pickle.</summary>
    public object? Record() => Pickle(MaximumRecordLength);

    /// <summary>The object of a pickle of at most that many bytes.</summary>
    public object? Pickle(int maximumLength)
    {
        var input = new PickleInput(source, Position, Position + Math.Min(maximumLength, Remaining));
        object? value = new PickleReader(input, objects.Find).Read();
        Position = input.Position;
        return value;
    }

    /// <summary>The next eight bytes as a number.</summary>
    public long Int64() => Int64s(1)[0];

    /// <summary>As many numbers of eight bytes; the caller bounds how many.</summary>
    public long[] Int64s(int count)
    {
        byte[] bytes = new byte[count * sizeof(long)];
        source.Read(Skip(bytes.Length), bytes);
        return [.. bytes.Chunk(sizeof(long)).Select(number => BinaryPrimitives.ReadInt64LittleEndian(number))];
    }

    /// <summary>Steps over that many bytes.</summary>
    /// <returns>The offset of the first of them.</returns>
    public long Skip(long length)
    {
        if (length > Remaining)
            throw Damaged($"goes on beyond its end at byte {_end}");
        long start = Position;
        Position += length;
        return start;
    }

    /// <summary>The refusal of a member that is not well formed; <paramref name="what"/> continues "its member ...".</summary>
    public InvalidDataException Damaged(string what) =>
        source.Refuse($"is damaged: its member {Quoted.Name(name)} {what} (before byte {Position}). Download or save it again.");
}
