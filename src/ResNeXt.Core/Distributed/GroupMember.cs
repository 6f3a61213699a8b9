using System.Globalization;

namespace ResNeXt.Core.Distributed;

/// <summary>A process of a group, as messages name it.</summary>
/// <param name="Rank">Its rank.</param>
/// <param name="Machine">The name of its machine.</param>
/// <param name="Process">Its process id on that machine.</param>
internal sealed record GroupMember(int Rank, string Machine, int Process)
{
    // In containers with a process table of their own, ids of others say nothing.
    private readonly bool _isVisible = Machine == Environment.MachineName && Exists(Process);

    /// <summary>This process.</summary>
    /// <param name="rank">Its rank.</param>
    public static GroupMember Own(int rank) => new(rank, Environment.MachineName, Environment.ProcessId);

    /// <summary>A process of which only the rank is known yet.</summary>
    /// <param name="rank">Its rank.</param>
    public static GroupMember Unknown(int rank) => new(rank, "", 0);

    /// <summary>Whether the process runs on this machine and has ended.</summary>
    public bool HasDied() => _isVisible && !Exists(Process);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static GroupMember Parse(int rank, string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return new(rank, text[(space + 1)..], int.Parse(text[..space], CultureInfo.InvariantCulture));
    }

    /// <summary>The process and its machine in one line.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Process} {Machine}");

    /// <summary>The name in messages: <c>Rank 1 (process 4711 on node3)</c>.</summary>
    public override string ToString() => Process == 0
        ? string.Create(CultureInfo.InvariantCulture, $"Rank {Rank}")
        : string.Create(CultureInfo.InvariantCulture, $"Rank {Rank} (process {Process} on {Machine})");

    private static bool Exists(int id)
    {
        if (OperatingSystem.IsLinux())
            return IsAliveOnLinux(id);
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // A process that was killed stays as a zombie (Z) until its parent has seen it; "(name) S 1 ...", and the name may have parentheses.
    private static bool IsAliveOnLinux(int id)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            int end = stat.LastIndexOf(')');
            return end < 0 || end + 2 >= stat.Length || stat[end + 2] is not ('Z' or 'X');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists("/proc/self");
        }
    }
}
