using System.Runtime.InteropServices;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>Keeps glibc from giving memory back to the system between operations, and from growing without end for it.</summary>
/// <remarks>
/// By default glibc maps and unmaps every large block anew, and a training step spends much of its time in page faults for activations. Kept in
/// one heap, blocks are reused; but glibc before 2.38 does not find a free block again for the aligned memory that tensors ask for unless there is
/// room to spare around it, so the heap slowly grows. When it has grown by a part, what is unused is given back. The setting is the process's: it stays
/// after training. Nothing of this happens on other systems.
/// </remarks>
internal sealed partial class KeptMemory : IDisposable
{
    private const int TrimThreshold = -1, TopPadding = -2, MaximumMappings = -4;

    // What the heap grows by beyond the need: with more of it, free blocks are found less often, and memory is given back more often.
    private const int Padding = 1 << 20;

    // Some steps after memory was given back, the process has what it needs.
    private const int StepsToSettle = 4;
    private const double Growth = 1.07;

    /// <summary>The settings under glibc's names.</summary>
    public static IReadOnlyDictionary<string, int> Settings { get; } = OperatingSystem.IsLinux()
        ? new Dictionary<string, int> { ["M_MMAP_MAX"] = 0, ["M_TRIM_THRESHOLD"] = int.MaxValue, ["M_TOP_PAD"] = Padding } : new();

    /// <summary>Whether they were made in this process.</summary>
    public static bool InForce { get; private set; }

    private readonly bool _isGlibc;
    private long _needed;
    private int _steps;

    /// <summary>Keeps memory from now on.</summary>
    public KeptMemory() => _isGlibc = OperatingSystem.IsLinux() && TryKeep();

    /// <summary>
    /// Gives back what is unused, if it has become much. To be called between forward and backward: all that a step needs is in use then, and what is not, is waste. Between
    /// two steps everything would be given back, and mapped anew.
    /// </summary>
    public void Settle()
    {
        if (!_isGlibc)
            return;
        long resident = ResidentPages();
        if (++_steps <= StepsToSettle)
        {
            _needed = Math.Max(_needed, resident);
        }
        else if (resident > Growth * _needed)
        {
            _ = Trim(0);
            (_needed, _steps) = (0, 0);
        }
    }

    /// <summary>Gives back what is unused.</summary>
    public void Dispose()
    {
        if (_isGlibc)
            _ = Trim(0);
    }

    private static bool TryKeep()
    {
        try
        {
            _ = SetOption(MaximumMappings, Settings["M_MMAP_MAX"]);
            _ = SetOption(TrimThreshold, Settings["M_TRIM_THRESHOLD"]);
            _ = SetOption(TopPadding, Settings["M_TOP_PAD"]);
            return InForce = true;
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, musl for example: it has no such settings.
            return false;
        }
    }

    // The second number of the file; the unit does not matter here.
    private static long ResidentPages()
    {
        string[] numbers = File.ReadAllText("/proc/self/statm").Split(' ', 3);
        return long.Parse(numbers[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);
}
