using System.Runtime.InteropServices;
using ResNeXt.Core.Distributed.Mpi;

namespace ResNeXt.Core.Tests.Distributed.Mpi;

public sealed class InstalledMpiTests
{
    [Fact]
    public void LoadFrom_ALibraryThatIsNotThere_SaysThatItDoesNotLoad() => Assert.Equal(
        "RESNEXT_MPI_LIBRARY is 'no-such-library', which does not load; give the path of an MPI library (libmpi.so.40).",
        Assert.Throws<DllNotFoundException>(() => InstalledMpi.LoadFrom("no-such-library")).Message);

    [Fact]
    public void LoadFrom_ALibraryThatIsNoMpi_SaysSo()
    {
        string library = OperatingSystem.IsWindows() ? "kernel32.dll" : Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsMacOS() ? "libSystem.Native.dylib" : "libSystem.Native.so");

        Assert.Equal($"RESNEXT_MPI_LIBRARY is '{library}', which loads but is not an MPI library; give the path of one (libmpi.so.40).",
            Assert.Throws<DllNotFoundException>(() => InstalledMpi.LoadFrom(library)).Message);
    }
}
