using System.Diagnostics;
using System.Globalization;

namespace ResNeXt.Tool.Tests.Training;

/// <summary>
/// Two network namespaces of this machine with a link of limited bandwidth between them, like two machines with a slow network. MPICH's launcher
/// reaches its processes over inherited descriptors, so that only their messages need the link.
/// </summary>
internal sealed class SlowLink : IDisposable
{
    private const string Address = "10.77.0.";

    // Names of network devices have at most 15 characters.
    private static readonly string[] Ends = [.. new[] { "a", "b" }.Select(end => string.Create(CultureInfo.InvariantCulture, $"rx{Environment.ProcessId}{end}"))];

    /// <summary>Makes the namespaces and the link.</summary>
    /// <param name="megabitsPerSecond">The bandwidth in each direction.</param>
    public SlowLink(int megabitsPerSecond)
    {
        try
        {
            foreach (string end in Ends)
                Run("ip", "netns", "add", end);
            Run("ip", "link", "add", Ends[0], "netns", Ends[0], "type", "veth", "peer", "name", Ends[1], "netns", Ends[1]);
            foreach ((int index, string end) in Ends.Index())
            {
                Run("ip", "-n", end, "address", "add", string.Create(CultureInfo.InvariantCulture, $"{Address}{index + 1}/24"), "dev", end);
                Run("ip", "-n", end, "link", "set", "lo", "up");
                Run("ip", "-n", end, "link", "set", end, "up");
                Run("ip", "netns", "exec", end, "tc", "qdisc", "add", "dev", end, "root", "tbf",
                    "rate", string.Create(CultureInfo.InvariantCulture, $"{megabitsPerSecond}mbit"), "burst", "1mb", "latency", "50ms");
            }
            WaitUntilUp();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why there can be no such link here; null if there can.</summary>
    public static string? MissingReason()
    {
        if (Mpirun.MissingReason("mpirun.mpich") is { } reason)
            return reason;
        if (new[] { "ip", "tc" }.Any(name => !Mpirun.IsInPath(name)))
            return "There is no ip or no tc; Debian has them in the package iproute2.";
        return MayChangeNetworks() ? null : "Network namespaces need the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN; root has them, outside containers.";
    }

    /// <summary>Starts a command in two processes, one at each end of the link.</summary>
    /// <param name="arguments">The arguments of the command line.</param>
    public Process Start(string[] arguments)
    {
        List<string> mpirun = [];
        foreach (string end in Ends)
        {
            if (mpirun.Count > 0)
                mpirun.Add(":");
            mpirun.AddRange(["-n", "1", "ip", "netns", "exec", end, "env", $"UCX_NET_DEVICES={end}",
                "dotnet", "exec", typeof(CommandLine).Assembly.Location, .. arguments]);
        }
        var start = new ProcessStartInfo("mpirun.mpich", mpirun) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Else the processes share memory, because they are on one machine.
        start.Environment["MPIR_CVAR_NOLOCAL"] = "1";
        start.Environment["UCX_TLS"] = "tcp,self";
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        // The link goes with them.
        foreach (string end in Ends)
        {
            using Process? process = Process.Start(new ProcessStartInfo("ip", ["netns", "delete", end]) { RedirectStandardError = true });
            process!.WaitForExit();
        }
    }

    // The system says so up to a second late, and MPICH does not wait.
    private static void WaitUntilUp()
    {
        for (var clock = Stopwatch.StartNew(); !Array.TrueForAll(Ends, IsUp); Thread.Sleep(50))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(10))
                throw new InvalidOperationException("The link between the network namespaces does not come up.");
        }
    }

    private static bool IsUp(string end) => Run("ip", "-n", end, "link", "show", end).Contains("state UP", StringComparison.Ordinal);

    private static bool MayChangeNetworks()
    {
        const int NetworkAdministration = 12, SystemAdministration = 21;
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        ulong capabilities = ulong.Parse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new[] { NetworkAdministration, SystemAdministration }.All(bit => (capabilities >> bit & 1) == 1);
    }

    // Standard output.
    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Result.Trim()}");
    }
}

/// <summary>A slow test that needs a <see cref="SlowLink"/>.</summary>
public sealed class SlowLinkFactAttribute : FactAttribute
{
    public SlowLinkFactAttribute() => Skip = SlowLink.MissingReason();
}
