using Microsoft.ML.Runtime;
using static System.FormattableString;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Writes to the MLContext's log which candidate is trained, and warns if one takes longer than its share of the time.</summary>
/// <param name="environment">The context.</param>
/// <param name="options">The experiment's options.</param>
internal sealed class ExperimentLog(IHostEnvironment environment, ImageExperimentOptions options)
{
    /// <summary>Announces a training.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="epochs">The number of epochs of a network; ignored for an estimator of the user's.</param>
    /// <param name="share">The time that is planned for the training.</param>
    /// <returns>The timer of the warning, to be disposed of at the end of the training.</returns>
    public IDisposable Start(Candidate candidate, int epochs, TimeSpan share)
    {
        share = share < TimeSpan.Zero ? TimeSpan.Zero : share;
        string name = candidate.Run.TrainerName;
        string length = candidate.Options is null ? "" : Invariant($" for {epochs} {(epochs == 1 ? "epoch" : "epochs")}");
        string start = Invariant($"Training '{name}'{length}; its share of the time is {share.TotalSeconds:F0} s.");
        string warning = Invariant($"'{name}' is still running after {share.TotalSeconds:F0} s, its share of the experiment's ")
            + Invariant($"{options.MaxExperimentTimeInSeconds} s. {Advice(candidate)}");
        Write(channel => channel.Info(MessageSensitivity.None, "{0}", start));
        return options.Time.CreateTimer(
            _ => Write(channel => channel.Warning(MessageSensitivity.None, "{0}", warning)), null, share, Timeout.InfiniteTimeSpan);
    }

    private static string Advice(Candidate candidate) => candidate.Options is not null
        ? "It is stopped when the experiment's time is over."
        : "It cannot be interrupted. Most trainers read their data in many passes; if this pipeline has no cache before its trainer, "
            + "every pass decodes all images again: put AppendCacheCheckpoint there.";

    // A channel for each message: the timer's thread may write while the candidate's own does.
    private void Write(Action<IChannel> write)
    {
        using IChannel channel = environment.Start(nameof(ImageExperiment));
        write(channel);
    }
}
