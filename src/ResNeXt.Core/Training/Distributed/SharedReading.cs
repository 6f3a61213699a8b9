using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Images;
using static System.FormattableString;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// Fills a store with images that the processes of a group read together: each reads its own, and gives their pixels to the others. All end with all
/// images, in the same order.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="group">The processes; all go through the same images in the same order.</param>
/// <param name="cancellation">Cancels the reading, in all processes together.</param>
/// <param name="roundBytes">The bytes of pixels that all processes together read between two exchanges; four times as many of floats.</param>
internal sealed class SharedReading(ImageStore store, ProcessGroup group, CancellationToken cancellation, int roundBytes = 32 << 20)
{
    private const int StateEnd = sizeof(byte), HeaderLength = StateEnd + sizeof(ulong);

    private readonly int _roundLength = Math.Max(1, roundBytes / store.Shape.Length);
    private readonly List<(int Owner, int Label)> _images = [];
    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly XxHash64 _seen = new();
    private readonly byte[] _encoded = new byte[PixelEncoding.MostBytes(store.Shape.Length)];

    private enum State : byte
    {
        GoesOn,
        Ends,
        Cancels,
    }

    /// <summary>Whether this process reads an image for all.</summary>
    /// <param name="row">The number of the image's row, the same in all processes.</param>
    public bool IsOwn(ulong row) => Owner(row) == group.Rank;

    /// <summary>Goes on to the next image.</summary>
    /// <param name="row">The number of its row.</param>
    /// <param name="label">Its class.</param>
    /// <param name="read">Reads its pixels; called if the image is this process's own, and for the first image, which all compare.</param>
    /// <exception cref="RankFailedException">Another process has failed, or has other images or labels.</exception>
    /// <exception cref="OperationCanceledException">The reading was canceled, in this process or in another one.</exception>
    public void Add(ulong row, int label, Func<float[]> read)
    {
        bool isSample = store.Count + _images.Count == 0;
        _images.Add((Owner(row), label));
        _seen.Append(BitConverter.GetBytes(row));
        _seen.Append(BitConverter.GetBytes(label));
        if ((isSample || IsOwn(row)) && !cancellation.IsCancellationRequested)
            Take(read(), IsOwn(row), isSample);
        if (_images.Count == _roundLength)
            Exchange(State.GoesOn);
    }

    /// <summary>Ends the reading, after the last image.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public void Complete() => Exchange(State.Ends);

    private int Owner(ulong row) => (int)(row % (ulong)group.Size);

    private void Take(ReadOnlySpan<float> pixels, bool isOwn, bool isSample)
    {
        Span<byte> bytes = PixelEncoding.Encode(pixels, _encoded);
        if (isSample)
            _seen.Append(bytes);
        if (!isOwn)
            return;
        _message.Write(BitConverter.GetBytes(bytes.Length));
        _message.Write(bytes);
    }

    private void Exchange(State state)
    {
        var own = new byte[HeaderLength + _message.WrittenCount];
        own[0] = (byte)(cancellation.IsCancellationRequested ? State.Cancels : state);
        BinaryPrimitives.WriteUInt64LittleEndian(own.AsSpan(StateEnd), _seen.GetCurrentHashAsUInt64());
        _message.WrittenSpan.CopyTo(own.AsSpan(HeaderLength));
        byte[][] messages = group.AllGather(own);
        if (messages.Any(message => message[0] == (byte)State.Cancels))
            throw new OperationCanceledException("Canceled while the images were read.", cancellation);
        ThrowIfDifferent(messages);
        int[] positions = [.. messages.Select(_ => HeaderLength)];
        var pixels = new float[store.Shape.Length];
        foreach ((int owner, int label) in _images)
        {
            Read(messages[owner], ref positions[owner], pixels);
            store.Add(pixels, label);
        }
        _images.Clear();
        _message.Clear();
    }

    private static void Read(ReadOnlySpan<byte> message, ref int position, Span<float> pixels)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(message[position..]);
        position += sizeof(int);
        message.Slice(position, length).CopyTo(MemoryMarshal.AsBytes(pixels)[^length..]);
        PixelEncoding.DecodeLast(pixels, length);
        position += length;
    }

    // The state belongs to it: a process with fewer images ends first.
    private void ThrowIfDifferent(byte[][] messages)
    {
        int other = Array.FindIndex(messages, message => !message.AsSpan(0, HeaderLength).SequenceEqual(messages[0].AsSpan(0, HeaderLength)));
        if (other < 0)
            return;
        throw new RankFailedException(new(other, IsReported: false,
            Invariant($"{group.NameOf(other)} has other images or labels than rank 0 (among the {_roundLength} from image {store.Count} on); ")
            + "start all processes with the same images in the same order."));
    }
}
