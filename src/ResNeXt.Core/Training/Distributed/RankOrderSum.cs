using System.Numerics.Tensors;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Distributed.Transports;
using ResNeXt.Core.Kernels;

namespace ResNeXt.Core.Training.Distributed;

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
    private readonly NativeBuffer?[] _received;
    private readonly List<ITransfer> _transfers = [];
    private int _contributors, _sumTag;
    private State _state = State.Idle;

    /// <summary>Prepares sums of floats at an address.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="address">The address of the floats; the memory is the caller's, and outlives this object.</param>
    /// <param name="length">The number of floats, the same in every process.</param>
    public RankOrderSum(ProcessGroup group, nint address, int length)
    {
        _group = group;
        _values = (float*)address;
        _length = length;
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
        if (Piece(_group.Rank).Length > 0)
        {
            foreach (int rank in _group.Others().Where(rank => rank < contributors))
                _transfers.Add(_group.StartReceive(rank, partTag, _received[rank]!.Address, _received[rank]!.Length));
        }
        if (_group.Rank < contributors)
            Send(partTag, rank => Piece(rank));
        _state = State.Exchanging;
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
            _state = State.Idle;
        return _state == State.Idle;
    }

    /// <summary>Whether no exchange is under way, so that the memory may be freed.</summary>
    public bool IsIdle => _state == State.Idle;

    /// <summary>A process that is waited for while the sums are not complete.</summary>
    public int Awaited => _transfers.Count > 0 ? _transfers[0].Rank : _group.Rank;

    public void Dispose()
    {
        // After a failure the memory is kept, because the transport may still write to it.
        if (!IsIdle)
            return;
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

    private void SumOwnPiece()
    {
        (int start, int length) = Piece(_group.Rank);
        int blocks = (length + BlockLength - 1) / BlockLength;
        KernelThreads.RunRange(blocks, (from, to) =>
        {
            Span<float> own = stackalloc float[BlockLength];
            for (int block = from; block < to; block++)
            {
                int offset = block * BlockLength, count = Math.Min(BlockLength, length - offset);
                var sum = new Span<float>(_values + start + offset, count);
                sum.CopyTo(own);
                for (int rank = 0; rank < _contributors; rank++)
                {
                    ReadOnlySpan<float> part = rank == _group.Rank ? own[..count] : new((float*)_received[rank]!.Address + offset, count);
                    if (rank == 0)
                        part.CopyTo(sum);
                    else
                        TensorPrimitives.Add(sum, part, sum);
                }
            }
        });
    }

    private (int Start, int Length) Piece(int rank)
    {
        int start = (int)((long)_length * rank / _group.Size);
        return (start, (int)((long)_length * (rank + 1) / _group.Size) - start);
    }

    private nint Address((int Start, int Length) piece) => (nint)(_values + piece.Start);

    private static int Bytes((int Start, int Length) piece) => piece.Length * sizeof(float);

    private enum State
    {
        Idle,
        Exchanging,
        Distributing,
    }
}
