using ResNeXt.Core.Distributed;
using ResNeXt.Core.Training;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Training;

/// <summary>
/// What the processes of a group print: rank 0 reports for all, and an error is said by one process only, with the name of the process that has it.
/// </summary>
internal static class RankOutput
{
    // The message of a process that failed, and a launcher's signal after its end, travel on different ways. Launchers kill after a second.
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(300);

    /// <summary>Silences standard output in all processes but rank 0.</summary>
    /// <param name="group">The processes.</param>
    public static void Begin(ProcessGroup group)
    {
        if (group.Rank > 0)
            Console.SetOut(TextWriter.Null);
    }

    /// <summary>Prepares standard error for the message of an error that ends the command.</summary>
    /// <param name="group">The processes, more than one.</param>
    /// <param name="exception">The error.</param>
    public static void Fail(ProcessGroup group, Exception exception)
    {
        group.ReportFailure(exception);
        if (SpeakerOf(exception, group) != group.Rank)
            Console.SetError(TextWriter.Null);
        else if (group.Rank > 0 && exception is not RankFailedException)
            Console.Error.Write($"Rank {group.Rank}: ");
    }

    /// <summary>
    /// Ends the process if a launcher interrupts it because another process of the group has died. There is little time: the launcher kills the process
    /// soon after.
    /// </summary>
    /// <param name="group">The processes.</param>
    /// <param name="advice">What to tell the user in addition.</param>
    /// <returns>Whether the training is about to end with the message of a process that failed; false if all processes live.</returns>
    public static bool EndAfterDeath(ProcessGroup group, string advice)
    {
        if (group.FindDeath() is not { } death)
            return false;
        SpinWait.SpinUntil(() => group.HasFailed, LastWords);
        if (group.Failure is { IsReported: true })
            return true;
        if (SpeakerOf(death, group) == group.Rank)
            Console.Error.WriteLine($"{death.Message} {advice}".TrimEnd());
        Environment.Exit(ExitCode.Mistake);
        return true;
    }

    private static int? SpeakerOf(Exception exception, ProcessGroup group) => exception switch
    {
        // That process says it itself.
        RankFailedException { IsReported: true } => null,
        RankFailedException failure => failure.Rank == 0 ? 1 : 0,
        // All processes have these together.
        TrainingDivergedException or OperationCanceledException => 0,
        _ => group.Rank,
    };
}
