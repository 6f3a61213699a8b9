using System.Globalization;

namespace ResNeXt.Core.Distributed.Transports;

/// <summary>What started the processes of a group.</summary>
/// <param name="Kind">The family of MPI that understands the launcher.</param>
/// <param name="Size">The number of processes.</param>
/// <param name="Variable">The environment variable that says the number of processes.</param>
internal sealed record Launcher(LauncherKind Kind, int Size, string Variable)
{
    // Open MPI comes first, because within a SLURM job its mpirun may start more processes than SLURM did.
    private static readonly (LauncherKind Kind, string Size, string Rank)[] Known =
    [
        (LauncherKind.OpenMpi, "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
        (LauncherKind.Mpich, "PMI_SIZE", "PMI_RANK"),
        (LauncherKind.Any, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
    ];

    /// <summary>Finds the launcher of this process.</summary>
    /// <param name="variable">Reads an environment variable; null if it is not set.</param>
    /// <returns>The launcher; null if none started this process, or if it started a single one.</returns>
    public static Launcher? Find(Func<string, string?> variable)
    {
        foreach ((LauncherKind kind, string sizeName, string rankName) in Known)
        {
            if (Number(variable(sizeName)) is { } size && Number(variable(rankName)) is { } rank)
                return size > 1 && rank < size && StartsMpi(kind, variable) ? new(kind, size, sizeName) : null;
        }
        return null;
    }

    // A shell that SLURM started says the same as a task of an MPI job, unless srun offers the tasks an interface to find each other.
    private static bool StartsMpi(LauncherKind kind, Func<string, string?> variable) =>
        kind != LauncherKind.Any || variable("PMIX_RANK") is not null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}

/// <summary>The families of MPI that launchers belong to.</summary>
internal enum LauncherKind
{
    /// <summary>Open MPI's <c>mpirun</c>.</summary>
    OpenMpi,

    /// <summary>The <c>mpiexec</c> of MPICH, Intel MPI or MS-MPI, and <c>srun --mpi=pmi2</c>.</summary>
    Mpich,

    /// <summary><c>srun --mpi=pmix</c>, which starts programs of any MPI.</summary>
    Any,
}
