using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.Distributed;

/// <summary>What a process tells the others when the group cannot go on.</summary>
/// <param name="Rank">The rank of the process that failed.</param>
/// <param name="IsReported">Whether that process says so itself; false if others noticed that it has died or does not answer.</param>
/// <param name="Sentence">What happened.</param>
internal sealed record FailureMessage(int Rank, bool IsReported, string Sentence)
{
    /// <summary>The number of such messages, which nothing else has.</summary>
    public const int Tag = 0;

    /// <summary>The number of bytes of a message; the rest of a longer sentence is cut off.</summary>
    public const int Length = 2048;

    private const int TextStart = sizeof(int) + 1;

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static FailureMessage Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(bytes), bytes[sizeof(int)] != 0, Encoding.UTF8.GetString(bytes[TextStart..]).TrimEnd('\0'));

    /// <summary>Writes the message: rank, flag and text, filled up with zeros.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        bytes.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Rank);
        bytes[sizeof(int)] = IsReported ? (byte)1 : (byte)0;
        Encoding.UTF8.GetEncoder().Convert(Sentence, bytes[TextStart..], flush: true, out _, out _, out _);
    }
}
