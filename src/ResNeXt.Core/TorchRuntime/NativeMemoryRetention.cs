using System.Runtime.InteropServices;

namespace ResNeXt.Core.TorchRuntime;

/// <summary>
/// Makes glibc keep freed memory for the next training step instead of returning it to the operating system, and returns it when too much has
/// accumulated.
/// </summary>
/// <remarks>
/// <para>
/// By default glibc maps every large block anew and unmaps it when it is freed, so a training step spends much of its time in page faults for
/// activations. In one heap, blocks are reused. But glibc before 2.38 finds a free block for the aligned memory of tensors only if there is spare
/// room around it, so the heap slowly grows; when it has grown by a fraction, unused memory is returned.
/// </para>
/// <para>
/// The settings (<c>mallopt</c>) apply to the whole process and remain after training. The training option <c>RetainNativeMemory = false</c> prevents
/// them. Nothing is changed on other systems than Linux with glibc.
/// </para>
/// </remarks>
internal sealed partial class NativeMemoryRetention : IDisposable
{
    private const int TrimThreshold = -1, TopPadding = -2, MaximumMappings = -4;

    // What the heap grows by beyond the need. With more, free blocks are found less often, and memory has to be returned more often.
    private const int Padding = 1 << 20;

    // A few steps after memory was returned, the process has what it needs.
    private const int StepsToSettle = 4;
    private const double Growth = 1.07;

    /// <summary>The settings with glibc's names; empty on other systems than Linux.</summary>
    public static IReadOnlyDictionary<string, int> Settings { get; } = OperatingSystem.IsLinux()
        ? new Dictionary<string, int> { ["M_MMAP_MAX"] = 0, ["M_TRIM_THRESHOLD"] = int.MaxValue, ["M_TOP_PAD"] = Padding } : new();

    /// <summary>Whether the settings were made in this process.</summary>
    public static bool InForce { get; private set; }

    private readonly bool _isGlibc;
    private long _needed;
    private int _steps;

    /// <summary>Makes the settings.</summary>
    public NativeMemoryRetention() => _isGlibc = OperatingSystem.IsLinux() && TryRetain();

    /// <summary>Returns unused memory to the operating system if the process has grown. Called in every step between forward and backward.</summary>
    /// <remarks>
    /// At that moment everything that a step needs is in use, so free memory is waste. Between two steps everything would be returned, and mapped
    /// anew.
    /// </remarks>
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

    /// <summary>Returns unused memory to the operating system; the settings remain.</summary>
    public void Dispose()
    {
        if (_isGlibc)
            _ = Trim(0);
    }

    private static bool TryRetain()
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
            // Another C library, musl for example, has no such settings.
            return false;
        }
    }

    // The second number of the file; its unit does not matter, because sizes are only compared.
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
