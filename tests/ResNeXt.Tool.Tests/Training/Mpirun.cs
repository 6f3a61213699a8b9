using System.Diagnostics;
using System.Globalization;

namespace ResNeXt.Tool.Tests.Training;

/// <summary>An MPI of this machine, and the command line started by it.</summary>
/// <param name="Name">The name of its launcher on Debian, where several can be installed.</param>
/// <param name="RankVariable">The variable that tells a process its rank.</param>
/// <param name="Options">The options for several processes on a small machine.</param>
internal sealed record Mpirun(string Name, string RankVariable, string[] Options)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly Mpirun[] Known =
    [
        new("mpirun.openmpi", "OMPI_COMM_WORLD_RANK", ["--oversubscribe", "--bind-to", "none"]),
        new("mpirun.mpich", "PMI_RANK", []),
    ];

    /// <summary>Finds one by its name.</summary>
    public static Mpirun Get(string name) => Known.Single(known => known.Name == name);

    /// <summary>Why it cannot run here; null if it can.</summary>
    public static string? MissingReason(string name) =>
        OperatingSystem.IsLinux() && IsInPath(name)
            ? null
            : $"There is no {name}; Debian has it in the package {(name == "mpirun.mpich" ? "mpich" : "openmpi-bin")}.";

    /// <summary>Whether a shell finds a program.</summary>
    public static bool IsInPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Starts a command in several processes.</summary>
    /// <param name="argumentsOf">The arguments of each process, in the order of ranks.</param>
    public Process Start(params string[][] argumentsOf)
    {
        List<string> arguments = [.. Options];
        foreach (string[] process in argumentsOf)
        {
            if (process != argumentsOf[0])
                arguments.Add(":");
            arguments.AddRange(["-n", "1", "dotnet", "exec", typeof(CommandLine).Assembly.Location, .. process]);
        }
        var start = new ProcessStartInfo(Name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Containers run tests as root.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end, and gives the exit code, standard output and standard error.</summary>
    public static (int ExitCode, string Output, string Error) End(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail("mpirun did not end.");
            }
            return (process.ExitCode, output.Result, error.Result);
        }
    }

    /// <summary>Finds the process id of a rank by its rank and an argument that no other process has; null before it has started.</summary>
    public int? Find(int rank, string argument) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && Read(id, "cmdline").Contains(argument) && Read(id, "environ").Contains($"{RankVariable}={rank}"))
        .Cast<int?>().FirstOrDefault();

    private static string[] Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or is another user's.
            return [];
        }
    }
}

/// <summary>A test for each of the given MPIs; one that is not installed is skipped.</summary>
public sealed class MpiFactAttribute : FactAttribute
{
    /// <param name="names">The names of the launchers that the test needs.</param>
    public MpiFactAttribute(params string[] names) => Skip = names.Select(Mpirun.MissingReason).FirstOrDefault(reason => reason is not null);
}
