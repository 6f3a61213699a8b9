using ResNeXt.Core.Distributed.Transports;

namespace ResNeXt.Core.Distributed.Mpi;

/// <summary>Messages over MPI. Initializes MPI, and ends it when disposed of; a process can do both only once.</summary>
internal sealed class MpiTransport : ITransport
{
    private readonly MpiLibrary _mpi;
    private bool _isAbandoned;

    private MpiTransport(MpiLibrary mpi)
    {
        _mpi = mpi;
        (Description, Rank, Size) = (mpi.Version, mpi.Rank, mpi.Size);
    }

    public string Description { get; }

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Loads and initializes the MPI of a launcher.</summary>
    /// <param name="launcher">What started this process.</param>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    /// <exception cref="InvalidOperationException">
    /// MPI was initialized in this process before, it allows calls by a single thread only, or the library is not that of the launcher, so that the
    /// processes do not find each other.
    /// </exception>
    /// <exception cref="IOException">MPI cannot be initialized.</exception>
    public static MpiTransport Start(Launcher launcher)
    {
        MpiLibrary mpi = InstalledMpi.Load(launcher);
        if (mpi.IsInitialized || mpi.IsFinalized)
        {
            throw new InvalidOperationException(
                "MPI was initialized in this process before, which it allows only once. Join the group once, and keep it.");
        }
        mpi.Initialize();
        var transport = new MpiTransport(mpi);
        if (transport.Size == launcher.Size)
            return transport;
        transport.Dispose();
        throw new InvalidOperationException($"{launcher.Variable} is {launcher.Size}, but {mpi.Name} ({transport.Description}) sees {transport.Size} "
            + "processes: it is not the MPI that started them. Use the mpirun of that MPI, or "
            + $"set {InstalledMpi.PathVariable} to the library of the one you use.");
    }

    public ITransfer StartSend(int rank, int tag, nint address, int bytes) => new Transfer(_mpi, rank, _mpi.Send(rank, tag, address, bytes));

    public ITransfer StartReceive(int rank, int tag, nint address, int bytes) => new Transfer(_mpi, rank, _mpi.Receive(rank, tag, address, bytes));

    public bool HasArrived(int rank, int tag) => _mpi.Probe(rank, tag);

    public void Abandon() => _isAbandoned = true;

    // MPI_Finalize waits for all processes. Without it, the launcher ends those that are left when this process ends.
    public void Dispose()
    {
        if (!_isAbandoned && !_mpi.IsFinalized)
            _mpi.End();
    }

    private sealed class Transfer(MpiLibrary mpi, int rank, nint request) : ITransfer
    {
        private bool _isComplete;

        public int Rank => rank;

        // A completed request must not be asked for again: its number may belong to another one.
        public bool Advance() => _isComplete || (_isComplete = mpi.Test(ref request, rank));
    }
}
