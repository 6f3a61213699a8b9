namespace ResNeXt.Core.Distributed.Mpi;

/// <summary>
/// The values of MPI's handles in one family of libraries. Open MPI's are the addresses of objects that the library exports; in all others they are
/// numbers. On 64-bit systems both are passed in one register, so the functions have the same signatures.
/// </summary>
/// <param name="World">The handle of all processes, <c>MPI_COMM_WORLD</c>: a number, or the name of an object.</param>
/// <param name="Byte">The handle of the type of messages, <c>MPI_BYTE</c>.</param>
/// <param name="ErrorsReturn">The handle that makes functions return errors instead of ending the process, <c>MPI_ERRORS_RETURN</c>.</param>
/// <param name="Serialized">
/// The number of the level at which threads may call MPI in turn, <c>MPI_THREAD_SERIALIZED</c>. Levels that allow more have larger numbers.
/// </param>
internal sealed record MpiAbi(MpiHandle World, MpiHandle Byte, MpiHandle ErrorsReturn, int Serialized)
{
    /// <summary>Open MPI 1 to 5.</summary>
    public static MpiAbi OpenMpi { get; } = new(new("ompi_mpi_comm_world"), new("ompi_mpi_byte"), new("ompi_mpi_errors_return"), Serialized: 2);

    /// <summary>MPICH and what follows its ABI: Intel MPI, MVAPICH, Cray MPICH, MS-MPI.</summary>
    public static MpiAbi Mpich { get; } = new(new(0x44000000), new(0x4c00010d), new(0x54000001), Serialized: 2);

    /// <summary>The ABI that the standard defines since MPI 5.0, chapter 20.</summary>
    public static MpiAbi Standard { get; } = new(new(0x101), new(0x247), new(0x142), Serialized: 2048);
}

/// <summary>A handle of MPI: a number, or the name of an exported object whose address it is.</summary>
/// <param name="Number">The number, if there is no object.</param>
/// <param name="Symbol">The name of the object, or null.</param>
internal readonly record struct MpiHandle(int Number, string? Symbol)
{
    public MpiHandle(int number) : this(number, null)
    {
    }

    public MpiHandle(string symbol) : this(0, symbol)
    {
    }
}
