using System.Runtime.InteropServices;

namespace ResNeXt.Core.NativeLoading;

/// <summary>While libtorch is loaded: shortens the time for which its OpenMP threads spin before they sleep when they wait for each other.</summary>
/// <remarks>
/// By default they spin for some milliseconds. As soon as another process wants a core too, they take it from the very thread that they wait for. Without
/// spinning at all, small operations take twice as long, because waking a thread costs as much as they do. GNU's runtime reads the variables once, when it is
/// loaded, from the C library's environment, of which .NET's is a copy. The variable is removed again, so that no other library reads it; where
/// the user has set one of the two, nothing is changed.
/// </remarks>
internal sealed partial class SpinLimit : IDisposable
{
    private const string Policy = "OMP_WAIT_POLICY", SpinCount = "GOMP_SPINCOUNT";

    // Some tens of microseconds, about what waking a thread costs; the runtime's default is 300,000.
    private const string Spins = "2000";

    private readonly bool _isSet = OperatingSystem.IsLinux() && !IsGiven(Policy) && !IsGiven(SpinCount) && Set(SpinCount, Spins, overwrite: 0) == 0;

    public void Dispose()
    {
        if (_isSet)
            _ = Unset(SpinCount);
    }

    private static bool IsGiven(string variable) => Environment.GetEnvironmentVariable(variable) is not null || Get(variable) != 0;

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unset(string name);
}
