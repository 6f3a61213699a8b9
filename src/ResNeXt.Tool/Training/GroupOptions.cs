using System.CommandLine;
using ResNeXt.Core.Distributed;
using ResNeXt.MLNet;
using static System.FormattableString;

namespace ResNeXt.Tool.Training;

/// <summary>The options of a training in several processes, which <c>mpirun</c> or <c>srun</c> starts. A single process ignores them.</summary>
internal sealed class GroupOptions
{
    private readonly Option<double> _timeout = new("--rank-timeout") { Description = "For several processes of mpirun or srun: seconds to wait for another one before the training ends.", HelpName = "X", DefaultValueFactory = _ => ProcessGroup.DefaultTimeLimit.TotalSeconds };
    private readonly Option<bool> _synchronize = new("--sync-batch-norm") { Description = "For several processes: normalize by the statistics of the whole batch, not of each process's part." };
    private readonly Option<bool> _inBFloat16 = new("--bfloat16-gradients") { Description = "For several processes: exchange gradients in bfloat16, half of the bytes; for slow networks." };
    private readonly Option<int> _bucket = new("--gradient-bucket") { Description = "For several processes: megabytes of gradients that travel together, while the backward pass goes on.", HelpName = "MB", DefaultValueFactory = _ => new ResNeXtTrainer.Options().GradientBucketInMegabytes };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _timeout, _synchronize, _inBFloat16, _bucket })
            command.Add(option);
    }

    /// <summary>Joins the processes that were started together.</summary>
    public ProcessGroup Join(ParseResult parsed)
    {
        double seconds = parsed.GetValue(_timeout);
        if (!(seconds is > 0 and <= 1_000_000))
            throw new ArgumentException(Invariant($"{_timeout.Name} is {seconds}; it must be above 0 and at most 1000000 seconds."));
        return ProcessGroup.JoinMpi(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Sets what concerns the group in the options of a training.</summary>
    public ResNeXtTrainer.Options Apply(ParseResult parsed, ResNeXtTrainer.Options options, ProcessGroup group) => options with
    {
        Group = group,
        SynchronizeBatchNormalization = parsed.GetValue(_synchronize),
        ExchangeGradientsInBFloat16 = parsed.GetValue(_inBFloat16),
        GradientBucketInMegabytes = parsed.GetValue(_bucket),
    };
}
