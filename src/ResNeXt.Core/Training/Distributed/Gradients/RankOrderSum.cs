using System.Numerics.Tensors;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Distributed.Transports;
using ResNeXt.Core.Kernels.Simd;

namespace ResNeXt.Core.Training.Distributed.Gradients;

/// <summary>
/// Replaces floats by their sums over the processes of a group. Every process sums one piece, in the order of ranks, and sends the sums to the
/// others: each float travels as often as in a ring, and the bits of the result depend neither on the transport nor on the order in which messages arrive.
/// </summary>
internal sealed unsafe class RankOrderSum : IDisposable
{
    // A few of these fit into the first-level cache together.
    private const int BlockLength = 2048;

    private readonly ProcessGroup _group;
    private readonly float* _values;
    private readonly int _length;
    private readonly NativeBuffer? _rounded;
    private readonly NativeBuffer?[] _received;
    private readonly List<ITransfer> _transfers = [];
    private int _contributors, _sumTag;
    private State _state = State.Idle;

    /// <summary>Prepares sums of floats at an address.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="address">The address of the floats; the memory is the caller's, and outlives this object.</param>
    /// <param name="length">The number of floats, the same in every process.</param>
    /// <param name="inBFloat16">
    /// Whether the floats, and the sums, travel as bfloat16: half of the bytes, with 8 instead of 24 significant bits. All processes get the rounded
    /// sums.
    /// </param>
    public RankOrderSum(ProcessGroup group, nint address, int length, bool inBFloat16 = false)
    {
        _group = group;
        _values = (float*)address;
        _length = length;
        _rounded = inBFloat16 ? new NativeBuffer(checked(length * sizeof(ushort))) : null;
        int received = Bytes(Piece(group.Rank));
        _received = [.. Enumerable.Range(0, group.Size).Select(rank => rank == group.Rank ? null : new NativeBuffer(received))];
    }

    /// <summary>Starts to sum. The floats must not be touched until <see cref="Advance"/> says that the sum is complete.</summary>
    /// <param name="contributors">The number of processes, from rank 0, whose floats are summed; the others only receive the sum.</param>
    public void Start(int contributors)
    {
        _contributors = contributors;
        int partTag = _group.NextTag();
        _sumTag = _group.NextTag();
        // Before the first transfer starts: if a later one cannot, the transport may still use the memory for those that have started.
        _state = State.Exchanging;
        if (Piece(_group.Rank).Length > 0)
        {
            foreach (int rank in _group.Others().Where(rank => rank < contributors))
                _transfers.Add(_group.StartReceive(rank, partTag, _received[rank]!.Address, _received[rank]!.Length));
        }
        if (_group.Rank < contributors)
        {
            if (_rounded is not null)
                BFloat16Numbers.Round(Values, Halves(_rounded.Address, _length));
            Send(partTag, rank => Piece(rank));
        }
    }

    /// <summary>Moves the exchange on, and says whether the sums are complete.</summary>
    public bool Advance()
    {
        if (_state == State.Exchanging && HaveArrived())
        {
            SumOwnPiece();
            foreach (int rank in _group.Others().Where(rank => Piece(rank).Length > 0))
                _transfers.Add(_group.StartReceive(rank, _sumTag, Address(Piece(rank)), Bytes(Piece(rank))));
            Send(_sumTag, _ => Piece(_group.Rank));
            _state = State.Distributing;
        }
        if (_state == State.Distributing && HaveArrived())
        {
            if (_rounded is not null)
                BFloat16Numbers.Widen(Halves(_rounded.Address, _length), Values);
            _state = State.Idle;
        }
        return _state == State.Idle;
    }

    /// <summary>Whether no exchange is under way, so that the memory may be freed.</summary>
    public bool IsIdle => _state == State.Idle;

    /// <summary>A process that is waited for while the sums are not complete.</summary>
    public int Awaited => _transfers.Count > 0 ? _transfers[0].Rank : _group.Rank;

    private Span<float> Values => new(_values, _length);

    private int ElementSize => _rounded is null ? sizeof(float) : sizeof(ushort);

    public void Dispose()
    {
        // After a failure the memory is kept, because the transport may still write to it.
        if (!IsIdle)
            return;
        _rounded?.Dispose();
        foreach (NativeBuffer? buffer in _received)
            buffer?.Dispose();
    }

    private bool HaveArrived()
    {
        _transfers.RemoveAll(static transfer => transfer.Advance());
        return _transfers.Count == 0;
    }

    private void Send(int tag, Func<int, (int Start, int Length)> pieceFor)
    {
        foreach (int rank in _group.Others().Where(rank => pieceFor(rank).Length > 0))
            _transfers.Add(_group.StartSend(rank, tag, Address(pieceFor(rank)), Bytes(pieceFor(rank))));
    }

    // On the calling thread: the others compute meanwhile.
    private void SumOwnPiece()
    {
        (int start, int length) = Piece(_group.Rank);
        nint own = Address((start, length));
        Span<float> sum = stackalloc float[BlockLength], part = stackalloc float[BlockLength];
        for (int offset = 0; offset < length; offset += BlockLength)
        {
            int count = Math.Min(BlockLength, length - offset);
            for (int rank = 0; rank < _contributors; rank++)
            {
                nint from = (rank == _group.Rank ? own : _received[rank]!.Address) + (nint)offset * ElementSize;
                Read(from, rank == 0 ? sum[..count] : part[..count]);
                if (rank > 0)
                    TensorPrimitives.Add(sum[..count], part[..count], sum[..count]);
            }
            Write(sum[..count], own + (nint)offset * ElementSize);
        }
    }

    private void Read(nint source, Span<float> target)
    {
        if (_rounded is null)
            new ReadOnlySpan<float>((float*)source, target.Length).CopyTo(target);
        else
            BFloat16Numbers.Widen(Halves(source, target.Length), target);
    }

    private void Write(ReadOnlySpan<float> source, nint target)
    {
        if (_rounded is null)
            source.CopyTo(new Span<float>((float*)target, source.Length));
        else
            BFloat16Numbers.Round(source, Halves(target, source.Length));
    }

    private (int Start, int Length) Piece(int rank)
    {
        int start = (int)((long)_length * rank / _group.Size);
        return (start, (int)((long)_length * (rank + 1) / _group.Size) - start);
    }

    private nint Address((int Start, int Length) piece) => (_rounded?.Address ?? (nint)_values) + (nint)piece.Start * ElementSize;

    private int Bytes((int Start, int Length) piece) => piece.Length * ElementSize;

    private static Span<ushort> Halves(nint address, int length) => new((ushort*)address, length);

    private enum State
    {
        Idle,
        Exchanging,
        Distributing,
    }
}
