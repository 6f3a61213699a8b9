using System.Globalization;
using Microsoft.ML.Runtime;

namespace ResNeXt.MLNet.Experiments;

/// <summary>Tells the MLContext's log which candidate starts, and warns of one that is still running after its share of the time.</summary>
internal sealed class ExperimentLog(IHostEnvironment environment, ImageExperimentOptions settings)
{
    /// <summary>Announces a training.</summary>
    /// <param name="candidate">What is trained.</param>
    /// <param name="epochs">For how many epochs; of no meaning for an estimator of the caller's.</param>
    /// <param name="share">The time that is meant for it.</param>
    /// <returns>To be disposed of when the training has ended.</returns>
    public IDisposable Start(Candidate candidate, int epochs, TimeSpan share)
    {
        share = share < TimeSpan.Zero ? TimeSpan.Zero : share;
        string name = candidate.Run.TrainerName;
        string length = candidate.Options is null ? "" : string.Create(CultureInfo.InvariantCulture, $" for {epochs} {(epochs == 1 ? "epoch" : "epochs")}");
        Write(channel => channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"Training '{name}'{length}; its share of the time is {share.TotalSeconds:F0} s.")));
        string sentence = string.Create(CultureInfo.InvariantCulture,
            $"'{name}' is still running after {share.TotalSeconds:F0} s, its share of the experiment's {settings.MaxExperimentTimeInSeconds} s. {Advice(candidate)}");
        return settings.Time.CreateTimer(_ => Write(channel => channel.Warning(MessageSensitivity.None, "{0}", sentence)), null, share, Timeout.InfiniteTimeSpan);
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
