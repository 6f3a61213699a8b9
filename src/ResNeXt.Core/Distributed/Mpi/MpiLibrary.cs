using System.Runtime.InteropServices;
using System.Text;

namespace ResNeXt.Core.Distributed.Mpi;

/// <summary>The functions of the MPI library that is installed, as far as this library uses them.</summary>
/// <remarks>Functions are found by name when the library is loaded, because the name of the library is known only then.</remarks>
internal sealed unsafe class MpiLibrary
{
    // MPI_MAX_LIBRARY_VERSION_STRING and MPI_MAX_ERROR_STRING are at most this, in any MPI.
    private const int TextLength = 8192;

    // The largest MPI_Status known has 24 bytes, and that of MPI 5 has 32.
    private const int StatusLength = 128;

    private readonly nint _library, _world, _byte, _errorsReturn;
    private readonly int _serialized;
    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _initThread;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<nint, int*, int> _rank, _size;
    private readonly delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int> _send, _receive;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged<int, int, nint, int*, void*, int> _probe;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<int*, int> _isInitialized, _isFinalized;
    private readonly delegate* unmanaged<byte*, int*, int> _version;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorText;

    private MpiLibrary(string name, nint library, MpiAbi abi)
    {
        (Name, _library, _serialized) = (name, library, abi.Serialized);
        (_world, _byte, _errorsReturn) = (Handle(abi.World), Handle(abi.Byte), Handle(abi.ErrorsReturn));
        _initThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Function("MPI_Init_thread");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        _send = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)Function("MPI_Isend");
        _receive = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)Function("MPI_Irecv");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        _probe = (delegate* unmanaged<int, int, nint, int*, void*, int>)Function("MPI_Iprobe");
        _finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        _isInitialized = (delegate* unmanaged<int*, int>)Function("MPI_Initialized");
        _isFinalized = (delegate* unmanaged<int*, int>)Function("MPI_Finalized");
        _version = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
        _errorText = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
    }

    /// <summary>The name that the library was loaded by.</summary>
    public string Name { get; }

    /// <summary>The product and its version: <c>Open MPI v4.1.4</c>, <c>MPICH 4.0.2</c>.</summary>
    public string Version => string.Join(' ', Text((text, length) => _version(text, length)).Split('\n', ',')[0]
        .Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "Version:"));

    /// <summary>Whether MPI was initialized, by this library or by others in the process.</summary>
    public bool IsInitialized => Flag(_isInitialized);

    /// <summary>Whether MPI was finalized; it cannot be initialized again.</summary>
    public bool IsFinalized => Flag(_isFinalized);

    /// <summary>The rank of this process; after <see cref="Initialize"/>.</summary>
    public int Rank => Number(_rank);

    /// <summary>The number of processes; after <see cref="Initialize"/>.</summary>
    public int Size => Number(_size);

    /// <summary>Loads a library.</summary>
    /// <param name="name">The name of the library, or its path.</param>
    /// <param name="abi">The values of its handles.</param>
    /// <returns>The library; null if it is not installed.</returns>
    /// <exception cref="EntryPointNotFoundException">The library is not the MPI that its name says.</exception>
    public static MpiLibrary? TryLoad(string name, MpiAbi abi) =>
        NativeLibrary.TryLoad(name, out nint library) ? new MpiLibrary(name, library, abi) : null;

    /// <summary>Whether a library has Open MPI's exported objects.</summary>
    public static bool IsOpenMpi(nint library) => NativeLibrary.TryGetExport(library, MpiAbi.OpenMpi.World.Symbol!, out _);

    /// <summary>Initializes MPI for calls by one thread at a time, which need not be the same.</summary>
    /// <exception cref="IOException">MPI cannot be initialized.</exception>
    /// <exception cref="InvalidOperationException">The library allows calls by a single thread only; it is ended.</exception>
    public void Initialize()
    {
        int provided;
        Check(_initThread(null, null, _serialized, &provided), "be initialized");
        Check(_setErrorHandler(_world, _errorsReturn), "be initialized");
        if (provided >= _serialized)
            return;
        End();
        throw new InvalidOperationException(
            $"MPI ({Name}) provides the thread level {provided}, but {_serialized} (MPI_THREAD_SERIALIZED) is needed, because threads call it "
            + $"in turn. Use an MPI with support for threads, or set {InstalledMpi.PathVariable} to the path of its library.");
    }

    /// <summary>Ends MPI, once all processes have come here.</summary>
    public void End() => Check(_finalize(), "be ended");

    /// <summary>Starts to send bytes.</summary>
    /// <returns>The request, for <see cref="Test"/>.</returns>
    public nint Send(int rank, int tag, nint address, int bytes)
    {
        nint request = 0;
        Check(_send(address, bytes, _byte, rank, tag, _world, &request), $"send to rank {rank}");
        return request;
    }

    /// <summary>Starts to receive bytes.</summary>
    /// <returns>The request, for <see cref="Test"/>.</returns>
    public nint Receive(int rank, int tag, nint address, int bytes)
    {
        nint request = 0;
        Check(_receive(address, bytes, _byte, rank, tag, _world, &request), $"receive from rank {rank}");
        return request;
    }

    /// <summary>Moves a request on, and says whether it is complete; if it is, it no longer exists.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rank">The other process, for the message of an error.</param>
    public bool Test(ref nint request, int rank)
    {
        int flag;
        byte* status = stackalloc byte[StatusLength];
        fixed (nint* pinned = &request)
            Check(_test(pinned, &flag, status), $"exchange data with rank {rank}");
        return flag != 0;
    }

    /// <summary>Whether a message of a process has arrived.</summary>
    public bool Probe(int rank, int tag)
    {
        int flag;
        byte* status = stackalloc byte[StatusLength];
        Check(_probe(rank, tag, _world, &flag, status), $"ask for messages of rank {rank}");
        return flag != 0;
    }

    private delegate int TextFunction(byte* text, int* length);

    private static string Text(TextFunction read)
    {
        byte* text = stackalloc byte[TextLength];
        int length = 0;
        return read(text, &length) == 0 ? Encoding.UTF8.GetString(text, Math.Clamp(length, 0, TextLength)).TrimEnd('\0') : "";
    }

    private static bool Flag(delegate* unmanaged<int*, int> function)
    {
        int flag;
        return function(&flag) == 0 && flag != 0;
    }

    private int Number(delegate* unmanaged<nint, int*, int> function)
    {
        int number;
        Check(function(_world, &number), "say the rank of this process");
        return number;
    }

    private void Check(int error, string what)
    {
        if (error != 0)
            throw new IOException($"MPI ({Name}) could not {what}: {Text((text, length) => _errorText(error, text, length))}");
    }

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private nint Handle(MpiHandle handle) => handle.Symbol is { } symbol ? NativeLibrary.GetExport(_library, symbol) : handle.Number;
}
