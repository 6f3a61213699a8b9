using System.Runtime.InteropServices;

namespace ResNeXt.Core.Training.Computing;

/// <summary>Keeps glibc from giving memory back to the system between operations.</summary>
/// <remarks>
/// By default glibc maps and unmaps every large block anew, and a training step spends much of its time in page faults for activations. The setting
/// is the process's: it stays after training, when the memory itself is given back. It does nothing on other systems.
/// </remarks>
internal static partial class NativeMemory
{
    private const int TrimThreshold = -1, TopPadding = -2, MaximumMappings = -4;
    private const int Padding = 256 << 20;

    /// <summary>Keeps memory from now on.</summary>
    public static void Keep() => OnGlibc(static () =>
    {
        _ = SetOption(MaximumMappings, 0);
        _ = SetOption(TrimThreshold, int.MaxValue);
        _ = SetOption(TopPadding, Padding);
    });

    /// <summary>Gives back what is kept unused.</summary>
    public static void Release() => OnGlibc(static () => _ = Trim(0));

    private static void OnGlibc(Action action)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            action();
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, musl for example: it has no such settings.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);
}
