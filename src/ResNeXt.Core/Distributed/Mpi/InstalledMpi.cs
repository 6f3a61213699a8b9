using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed.Transports;

namespace ResNeXt.Core.Distributed.Mpi;

/// <summary>Finds the MPI library that belongs to a launcher.</summary>
internal static class InstalledMpi
{
    /// <summary>The environment variable with the path of the library to load, where it is not found by its usual name.</summary>
    public const string PathVariable = "RESNEXT_MPI_LIBRARY";

    private static readonly (string Name, MpiAbi Abi)[] OpenMpi =
        OperatingSystem.IsMacOS() ? [("libmpi.40.dylib", MpiAbi.OpenMpi)] : [("libmpi.so.40", MpiAbi.OpenMpi)];

    // Debian calls MPICH's library libmpich; MPICH itself and Intel MPI call theirs libmpi.
    private static readonly (string Name, MpiAbi Abi)[] Mpich =
        OperatingSystem.IsWindows() ? [("msmpi.dll", MpiAbi.Mpich)]
        : OperatingSystem.IsMacOS() ? [("libmpi.12.dylib", MpiAbi.Mpich), ("libmpi_abi.0.dylib", MpiAbi.Standard)]
        : [("libmpi.so.12", MpiAbi.Mpich), ("libmpich.so.12", MpiAbi.Mpich), ("libmpi_abi.so.0", MpiAbi.Standard)];

    /// <summary>Loads the library.</summary>
    /// <param name="launcher">What started this process.</param>
    /// <exception cref="DllNotFoundException">No library of the launcher's family is installed.</exception>
    public static MpiLibrary Load(Launcher launcher)
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            return LoadFrom(path);
        (string Name, MpiAbi Abi)[] candidates = launcher.Kind switch
        {
            LauncherKind.OpenMpi => OpenMpi,
            LauncherKind.Mpich => Mpich,
            _ => [.. OpenMpi, .. Mpich],
        };
        foreach ((string name, MpiAbi abi) in candidates)
        {
            if (MpiLibrary.TryLoad(name, abi) is { } library)
                return library;
        }
        throw new DllNotFoundException($"{launcher.Variable} says that MPI started this process, but its library is not found: none of "
            + $"{string.Join(", ", candidates.Select(candidate => candidate.Name))} loads. Install the MPI whose mpirun you use on every machine "
            + $"(Debian: openmpi-bin or mpich), or set {PathVariable} to the path of its library.");
    }

    /// <summary>Loads a library that the user has named.</summary>
    /// <param name="path">The path of the library, or its name.</param>
    /// <exception cref="DllNotFoundException">The library does not load, or is not an MPI.</exception>
    public static MpiLibrary LoadFrom(string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library))
            throw new DllNotFoundException($"{PathVariable} is '{path}', which does not load; give the path of an MPI library (libmpi.so.40).");
        MpiAbi abi = MpiLibrary.IsOpenMpi(library) ? MpiAbi.OpenMpi
            : Path.GetFileName(path).StartsWith("libmpi_abi", StringComparison.Ordinal) ? MpiAbi.Standard
            : MpiAbi.Mpich;
        try
        {
            return MpiLibrary.TryLoad(path, abi)!;
        }
        catch (EntryPointNotFoundException exception)
        {
            throw new DllNotFoundException(
                $"{PathVariable} is '{path}', which loads but is not an MPI library; give the path of one (libmpi.so.40).", exception);
        }
    }
}
