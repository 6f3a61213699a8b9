using System.Runtime.InteropServices;

namespace ResNeXt.Core.NativeLoading;

/// <summary>
/// Shortens the time for which libtorch's OpenMP threads spin before they sleep: sets GOMP_SPINCOUNT while libtorch is loaded. The limit applies to
/// the whole process until it ends.
/// </summary>
/// <remarks>
/// By default the threads spin for some milliseconds when they wait for each other. If another process needs a core too, they take the time from the
/// very thread that they wait for. Without any spinning, small operations take twice as long, because waking a thread costs as much as they do. GNU's
/// OpenMP runtime reads the variable once, when it is loaded, from the C library's environment, of which .NET's is a copy. Afterwards the variable is
/// removed, so that no other library reads it. Nothing is changed if the user has set OMP_WAIT_POLICY or GOMP_SPINCOUNT, or
/// <see cref="LoadingPolicies.Variable"/> to <c>plain</c>.
/// </remarks>
internal sealed partial class SpinLimit : IDisposable
{
    private const string Policy = "OMP_WAIT_POLICY", SpinCount = "GOMP_SPINCOUNT";

    // Some tens of microseconds, about the time that waking a thread takes; the runtime's default is 300,000.
    private const string Spins = "2000";

    private readonly bool _isSet;

    /// <summary>Sets the variable unless the user has.</summary>
    /// <param name="policy">What the user allows.</param>
    public SpinLimit(LoadingPolicy policy) =>
        _isSet = policy == LoadingPolicy.Adapt && OperatingSystem.IsLinux() && !IsGiven(Policy) && !IsGiven(SpinCount)
            && Set(SpinCount, Spins, overwrite: 0) == 0;

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
