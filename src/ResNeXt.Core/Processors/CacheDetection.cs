using System.Globalization;

namespace ResNeXt.Core.Processors;

/// <summary>Detects the data caches of a processor without CPUID's list of them, which some hypervisors hide.</summary>
internal static class CacheDetection
{
    /// <summary>The number of cache levels.</summary>
    public const int Levels = 3;

    private const string SystemFolder = "/sys/devices/system/cpu/cpu0/cache";

    // The caches that oneDNN itself assumes for a processor that it does not know.
    private static readonly DataCache[] Defaults = [new(32 << 10, 1), new(512 << 10, 1), new(1 << 20, 1)];

    /// <summary>
    /// Returns the caches of levels 1 to 3: as the operating system reports them, else as the processor's older CPUID leaves do, else typical ones.
    /// </summary>
    /// <param name="processor">The processor.</param>
    /// <param name="processors">The number of logical processors, which are assumed to share the last level if the system does not say.</param>
    /// <param name="systemFolder">The folder in which Linux describes the caches.</param>
    public static IReadOnlyList<DataCache> Detect(CpuInfo processor, int processors, string systemFolder = SystemFolder)
    {
        IReadOnlyList<long> reported = processor.ReportedCaches;
        return [.. Enumerable.Range(1, Levels).Select(level =>
            new[] { OfSystem(systemFolder, level), new(reported[level - 1], level == Levels ? processors : 1) }
                .FirstOrDefault(cache => cache.IsPlausible(level), Defaults[level - 1]))];
    }

    /// <summary>Returns the data cache of a level as Linux describes it; one of 0 bytes if the description is missing or malformed.</summary>
    private static DataCache OfSystem(string folder, int level)
    {
        if (!Directory.Exists(folder))
            return default;
        try
        {
            return Directory.GetDirectories(folder, "index*")
                .Where(index => Read(index, "level") == $"{level}" && Read(index, "type") is "Data" or "Unified")
                .Select(index => new DataCache(Size(Read(index, "size")), CountProcessors(Read(index, "shared_cpu_list"))))
                .FirstOrDefault();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide the files.
            return default;
        }
    }

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();

    /// <summary>Parses a size, for example 512K.</summary>
    private static long Size(string text)
    {
        int shift = text.LastOrDefault() switch { 'K' => 10, 'M' => 20, _ => 0 };
        return int.TryParse(shift > 0 ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? (long)size << shift : 0;
    }

    /// <summary>Counts the processors of a list, for example 8 for 0-3,8-11.</summary>
    private static int CountProcessors(string list)
    {
        int count = 0;
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last < first)
            {
                return 0;
            }
            count += last - first + 1;
        }
        return count;
    }
}
