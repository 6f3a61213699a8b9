using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Faults around a training, of disks and listeners: it goes on, and ends with the weights of an undisturbed one.</summary>
public sealed class TrainingFaultTests
{
    private static readonly TrainingOptions Options = SmallTraining.Options(SmallTraining.Recipe);

    [Fact]
    public void Train_WhoseCheckpointFolderVanishes_WarnsOnceAndGoesOn()
    {
        // Windows does not delete a folder with an open file.
        if (OperatingSystem.IsWindows())
            return;
        using var parent = new TemporaryFolder();
        string folder = Path.Combine(parent.Path, "state");
        var vanishing = new TrainingCallbacks(new Listener<EpochReport>(report =>
        {
            if (report.Epoch == 1)
                Directory.Delete(folder, recursive: true);
        }));

        (TrainingResult result, StateDict weights) = Train(vanishing, SmallTraining.Checkpoints(folder, Options));

        Assert.StartsWith("In epoch 3 a checkpoint could not be saved: ", Assert.Single(result.Warnings));
        SmallTraining.AssertSame(SmallTraining.Train(Options), weights);
    }

    [Fact]
    public void Train_WithListenersThatThrow_WarnsOnceAndGoesOn()
    {
        static void Throw() => throw new IOException("No space left on device");
        var throwing = new TrainingCallbacks(
            new Listener<EpochReport>(_ => Throw()), new Listener<string>(_ => Throw()), new Listener<BatchReport>(_ => Throw()));

        (TrainingResult result, StateDict weights) = Train(throwing);

        Assert.Equal("A listener of the training's progress failed: No space left on device. Training goes on.", Assert.Single(result.Warnings));
        SmallTraining.AssertSame(SmallTraining.Train(Options), weights);
    }

    [Fact]
    public void Train_WithAListenerThatCancels_Ends() => Assert.Throws<OperationCanceledException>(() =>
        Train(new TrainingCallbacks(Batches: new Listener<BatchReport>(_ => throw new OperationCanceledException()))));

    [Fact]
    public void Train_IntoAFolderThatAnotherTrainingUses_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var messages = new List<string>();
        var second = new TrainingCallbacks(new Listener<EpochReport>(_ => messages.Add(
            Assert.Throws<InvalidOperationException>(() => SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options))).Message)));

        Train(second, SmallTraining.Checkpoints(folder.Path, Options));

        Assert.Equal(3, messages.Count);
        Assert.All(messages, message => Assert.StartsWith($"The checkpoint folder '{folder.Path}' is in use by another training", message));
        Assert.All(Directory.GetFiles(folder.Path), path => Assert.StartsWith("checkpoint-", Path.GetFileName(path)));
        SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
    }

    [Fact]
    public void Train_AfterAKilledOne_RemovesWhatItLeftHalfWritten()
    {
        using var folder = new TemporaryFolder();
        string lockFile = Path.Combine(folder.Path, ".training.lock"), half = Path.Combine(folder.Path, ".checkpoint-00001-00000000.safetensors.1-0a.tmp");
        File.WriteAllText(lockFile, "");
        File.WriteAllText(half, "half");

        using (SmallTraining.Checkpoints(folder.Path, Options).Lock())
            Assert.False(File.Exists(half));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Newest_WithALastStateThatCannotBeOpened_TakesTheOneBefore()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
        string last = Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Last();
        File.Delete(last);
        File.CreateSymbolicLink(last, "nowhere");
        var warnings = new List<string>();

        Checkpoint newest = SmallTraining.Checkpoints(folder.Path, Options).Newest(warnings.Add)!;

        Assert.Equal(2, newest.Progress.Reports.Count);
        Assert.StartsWith($"The checkpoint '{last}' is skipped because it cannot be read: ", Assert.Single(warnings));
    }

    private static (TrainingResult Result, StateDict Weights) Train(TrainingCallbacks callbacks, CheckpointFolder? checkpoints = null)
    {
        using ImageStore training = SmallTraining.Images(30), validation = SmallTraining.Images(10, 2);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingResult result = new ClassifierTrainer(network, SmallTraining.Normalization, Options).Train(training, validation, callbacks, checkpoints);
        return (result, network.GetWeights());
    }

    private sealed class Listener<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
