using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>A training that is stopped ends with the best epoch so far; one that is canceled ends with an exception.</summary>
public sealed class StoppedTrainingTests
{
    private static readonly TrainingOptions Options = SmallTraining.Options(SmallTraining.Recipe with { MaxEpochs = 6 });

    [Theory]
    [InlineData(true, 2, 3)]
    [InlineData(false, 2, 3)]
    [InlineData(true, 4, 1)]
    public void Train_StoppedWithinAnEpoch_KeepsTheBestOfThoseThatHadEnded(bool validated, int epoch, int batch)
    {
        using var stop = new CancellationTokenSource();
        using ResidualNetwork stopped = SmallTraining.Network(), whole = SmallTraining.Network();

        TrainingResult outcome = Train(stopped, validated, new(Batches: new When<BatchReport>(report =>
        {
            if (report is { IsValidation: false } && (report.Epoch, report.Batch) == (epoch, batch))
                stop.Cancel();
        })), stop: stop.Token);

        Assert.Equal(epoch - 1, outcome.Epochs.Count);
        EpochReport best = outcome.Epochs.Last(report => report.IsBest);
        Assert.Equal($"Training was stopped in epoch {epoch} of 6. The weights of epoch {best.Epoch} are kept.", Assert.Single(outcome.Warnings));
        Assert.False(stopped.training);
        // The same epochs, of a training that is canceled once they are over, have the same best weights.
        using var folder = new TemporaryFolder();
        Assert.ThrowsAny<OperationCanceledException>(() => Cancelled(whole, validated, epoch, batch, folder.Path));
        SmallTraining.AssertSame(Best(folder.Path), stopped.GetWeights());
    }

    [Fact]
    public void Train_StoppedInItsFirstEpoch_SaysThatThereIsNothingToKeep()
    {
        using var stop = new CancellationTokenSource();
        using ResidualNetwork network = SmallTraining.Network();

        OperationCanceledException exception = Assert.Throws<OperationCanceledException>(() =>
            Train(network, validated: true, new(Batches: new When<BatchReport>(_ => stop.Cancel())), stop: stop.Token));

        Assert.Contains("no weights to keep", exception.Message, StringComparison.Ordinal);
        Assert.Equal(stop.Token, exception.CancellationToken);
    }

    [Fact]
    public void Train_CancelledWithAnEpochToKeep_KeepsNothing()
    {
        using var cancellation = new CancellationTokenSource();
        using ResidualNetwork network = SmallTraining.Network();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            Train(network, validated: true, new(Epochs: new When<EpochReport>(_ => cancellation.Cancel())), cancellation: cancellation.Token));
    }

    [Fact]
    public void Train_StoppedWithACheckpointFolder_CanGoOnAndEndsWithTheSameWeights()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        using ResidualNetwork first = SmallTraining.Network(), second = SmallTraining.Network(seed: 9);
        var stopping = new TrainingCallbacks(Batches: new When<BatchReport>(report => { if (report.Epoch == 2) stop.Cancel(); }));

        new ClassifierTrainer(first, SmallTraining.Normalization, Options)
            .Train(training, validation, stopping, SmallTraining.Checkpoints(folder.Path, Options), stop: stop.Token);
        TrainingResult resumed = new ClassifierTrainer(second, SmallTraining.Normalization, Options)
            .Train(training, validation, checkpoints: SmallTraining.Checkpoints(folder.Path, Options));

        Assert.Equal(6, resumed.Epochs.Count);
        Assert.Empty(resumed.Warnings);
        SmallTraining.AssertSame(SmallTraining.Train(Options), second.GetWeights());
    }

    [Fact]
    public void Train_WithAListener_ReportsEveryBatchOfEveryEpoch()
    {
        var reports = new List<BatchReport>();
        var epochs = new List<EpochReport>();
        using ResidualNetwork network = SmallTraining.Network();

        Train(network, validated: true, new(new When<EpochReport>(epochs.Add), Batches: new When<BatchReport>(reports.Add)));

        // 30 and 10 images in batches of 8.
        Assert.Equal(
            Enumerable.Range(1, 6).SelectMany(epoch => new[]
            {
                (epoch, 1, 4, false), (epoch, 2, 4, false), (epoch, 3, 4, false), (epoch, 4, 4, false), (epoch, 1, 2, true), (epoch, 2, 2, true),
            }),
            reports.Select(report => (report.Epoch, report.Batch, report.Batches, report.IsValidation)));
        Assert.Equal(epochs.Select(epoch => (epoch.TrainLoss, epoch.TrainAccuracy)),
            reports.Where(report => report is { Batch: 4 }).Select(report => (report.Loss, report.Accuracy)));
        Assert.Equal(
            epochs.Select(epoch => (epoch.ValidationLoss!.Value, epoch.ValidationAccuracy!.Value)),
            reports.Where(report => report is { IsValidation: true, Batch: 2 }).Select(report => (report.Loss, report.Accuracy)));
        Assert.All(reports, report => Assert.Equal(6, report.MaxEpochs));
    }

    private static TrainingResult Train(
        ResidualNetwork network, bool validated, TrainingCallbacks monitor, CancellationToken cancellation = default,
        CancellationToken stop = default, CheckpointFolder? checkpoints = null)
    {
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        return new ClassifierTrainer(network, SmallTraining.Normalization, Options)
            .Train(training, validated ? validation : null, monitor, checkpoints, cancellation, stop);
    }

    private static void Cancelled(ResidualNetwork network, bool validated, int epoch, int batch, string folder)
    {
        using var cancellation = new CancellationTokenSource();
        var identity = new Dictionary<string, string> { ["test"] = "this" };
        Train(network, validated, new(Batches: new When<BatchReport>(report =>
        {
            if (report is { IsValidation: false } && (report.Epoch, report.Batch) == (epoch, batch))
                cancellation.Cancel();
        })), cancellation.Token, checkpoints: new(folder, resume: false, identity));
    }

    private static StateDict Best(string folder) =>
        new CheckpointFolder(folder, resume: true, new Dictionary<string, string> { ["test"] = "this" }).Newest(Assert.Fail)!.Best!;

    /// <summary>Does something at once when something is reported.</summary>
    private sealed class When<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
