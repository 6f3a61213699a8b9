namespace ResNeXt.Core.Processors;

/// <summary>Counts the cores of the machine, of which each may be several logical processors.</summary>
internal static class PhysicalCores
{
    private const string SystemFolder = "/sys/devices/system/cpu";

    /// <summary>Returns the number of cores as Linux describes them; null if it does not, and on other systems.</summary>
    /// <param name="systemFolder">The folder in which Linux describes the processors.</param>
    public static int? Count(string systemFolder = SystemFolder)
    {
        if (!Directory.Exists(systemFolder))
            return null;
        try
        {
            int cores = Directory.GetDirectories(systemFolder, "cpu*").Select(processor => Path.Combine(processor, "topology"))
                .Where(Directory.Exists).Select(topology => (Read(topology, "physical_package_id"), Read(topology, "core_id"))).Distinct().Count();
            return cores > 0 ? cores : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A sandbox may hide the files.
            return null;
        }
    }

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();
}
