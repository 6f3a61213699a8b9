using System.Diagnostics;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.Training;

/// <summary>Trains in two processes that mpirun starts.</summary>
public sealed class MpiTrainingTests
{
    private const string OpenMpi = "mpirun.openmpi", Mpich = "mpirun.mpich";

    [MpiFact(OpenMpi)]
    public void Train_UnderOpenMpi_ReportsOnceAndSavesOneModel() => TrainOnce(Mpirun.Get(OpenMpi), "Open MPI v");

    // Slow, because processes of MPICH do not sleep while they wait for each other.
    [MpiFact(Mpich)]
    [Trait("Category", "Slow")]
    public void Train_UnderMpich_ReportsOnceAndSavesOneModel() => TrainOnce(Mpirun.Get(Mpich), "MPICH ");

    [MpiFact(OpenMpi, Mpich)]
    [Trait("Category", "Slow")]
    public void Train_UnderOpenMpiAndMpich_GivesTheSameWeights()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path);
        byte[][] weights = [.. new[] { OpenMpi, Mpich }.Select(name =>
        {
            string model = Path.Combine(folder.Path, $"{name}.zip");
            AssertDone(Mpirun.End(StartBoth(Mpirun.Get(name), Train(images, model, epochs: 5))));
            return Weights(model);
        })];

        Assert.Equal(weights[0], weights[1]);
    }

    [MpiFact(OpenMpi, Mpich)]
    [Trait("Category", "Slow")]
    public void Train_WithSynchronizedBatchNormalizationAndGradientsInBFloat16_GivesTheSameWeightsUnderBoth()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path);
        byte[][] weights = [.. new[] { OpenMpi, Mpich }.Select(name =>
        {
            string model = Path.Combine(folder.Path, $"{name}.zip");
            AssertDone(Mpirun.End(StartBoth(Mpirun.Get(name), [.. Train(images, model, epochs: 2), "--sync-batch-norm", "--bfloat16-gradients"])));
            return Weights(model);
        })];
        string plain = Path.Combine(folder.Path, "plain.zip");
        AssertDone(Mpirun.End(StartBoth(Mpirun.Get(OpenMpi), Train(images, plain, epochs: 2))));

        Assert.Equal(weights[0], weights[1]);
        Assert.NotEqual(weights[0], Weights(plain));
    }

    [MpiFact(OpenMpi)]
    [Trait("Category", "Slow")]
    public void Train_WithAnotherSeedInOneProcess_NamesIt() => RefuseOtherSeed(Mpirun.Get(OpenMpi));

    [MpiFact(Mpich)]
    [Trait("Category", "Slow")]
    public void Train_WithAnotherSeedInOneProcessOfMpich_NamesIt() => RefuseOtherSeed(Mpirun.Get(Mpich));

    [MpiFact(OpenMpi)]
    [Trait("Category", "Slow")]
    public void Train_WithADamagedImage_SaysOnlyThat() => RefuseDamagedImage(Mpirun.Get(OpenMpi));

    [MpiFact(Mpich)]
    [Trait("Category", "Slow")]
    public void Train_WithADamagedImageUnderMpich_SaysOnlyThat() => RefuseDamagedImage(Mpirun.Get(Mpich));

    [MpiFact(OpenMpi)]
    [Trait("Category", "Slow")]
    public void Train_KilledInOneProcessAndResumed_NamesItAndEndsWithTheSameWeights() => KillAndResume(Mpirun.Get(OpenMpi), kills: 10);

    [MpiFact(OpenMpi)]
    [Trait("Category", "Slow")]
    public void Train_StoppedInOneProcess_NamesItAfterTheTimeLimit() => Stop(Mpirun.Get(OpenMpi));

    [MpiFact(Mpich)]
    [Trait("Category", "Slow")]
    public void Train_StoppedInOneProcessOfMpich_NamesItAfterTheTimeLimit() => Stop(Mpirun.Get(Mpich));

    private static void TrainOnce(Mpirun mpi, string description)
    {
        using var folder = new TemporaryFolder();
        string model = Path.Combine(folder.Path, "model.zip");

        (int exitCode, string output, string error) = Mpirun.End(StartBoth(mpi, Train(ShapeFolder.Paint(folder.Path), model, epochs: 1)));

        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Contains($"in 2 processes ({description}", output);
        Assert.Single(output.Split('\n'), line => line.StartsWith("Epoch 1/1", StringComparison.Ordinal));
        Assert.Single(output.Split('\n'), line => line.StartsWith("The model is in ", StringComparison.Ordinal));
        Assert.True(File.Exists(model));
    }

    private static void RefuseOtherSeed(Mpirun mpi)
    {
        using var folder = new TemporaryFolder();
        string[] arguments = Train(ShapeFolder.Paint(folder.Path), Path.Combine(folder.Path, "model.zip"), epochs: 1);

        (int exitCode, _, string error) = Mpirun.End(mpi.Start([.. arguments, "--seed", "1"], [.. arguments, "--seed", "2"]));

        Assert.NotEqual(ExitCode.Done, exitCode);
        Assert.Contains("Rank 1 (process ", error);
        Assert.Contains("Seed: 2 instead of 1", error);
    }

    // Of the process that reads it; the other one ends because of it.
    private static void RefuseDamagedImage(Mpirun mpi)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), damaged = Path.Combine(images, "circle", "1.png");
        byte[] whole = File.ReadAllBytes(damaged);
        File.WriteAllBytes(damaged, whole[..(whole.Length / 2)]);

        (int exitCode, _, string error) = Mpirun.End(StartBoth(mpi, Train(images, Path.Combine(folder.Path, "model.zip"), epochs: 1)));

        Assert.NotEqual(ExitCode.Done, exitCode);
        Assert.Single(error.Split('\n'), line => line.Contains("1.png' cannot be read", StringComparison.Ordinal));
        Assert.DoesNotContain("has died", error);
    }

    private static void KillAndResume(Mpirun mpi, int kills)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), state = Path.Combine(folder.Path, "state");
        string whole = Path.Combine(folder.Path, "whole.zip"), resumed = Path.Combine(folder.Path, "resumed.zip");
        AssertDone(Mpirun.End(StartBoth(mpi, Train(images, whole, epochs: 60))));
        string[] resume = [.. Train(images, resumed, epochs: 60), "--checkpoint", state, "--checkpoint-minutes", "0.0005", "--resume"];

        var random = new Random(1);
        for (int kill = 0; kill < kills; kill++)
        {
            int rank = random.Next(2);
            string[] before = Names(state);
            Process process = StartBoth(mpi, resume);
            WaitFor(() => !Names(state).SequenceEqual(before), process);
            int id = mpi.Find(rank, resumed)!.Value;
            Kill("KILL", id);
            (int exitCode, _, string error) = Mpirun.End(process);
            Assert.NotEqual(ExitCode.Done, exitCode);
            Assert.Contains($"Rank {rank} (process {id} on ", error);
            Assert.Contains("has died.", error);
            Assert.Contains("go on with --resume", error);
        }
        AssertDone(Mpirun.End(StartBoth(mpi, resume)));

        Assert.Equal(Weights(whole), Weights(resumed));
    }

    private static void Stop(Mpirun mpi)
    {
        using var folder = new TemporaryFolder();
        string model = Path.Combine(folder.Path, "model.zip"), state = Path.Combine(folder.Path, "state");
        string[] arguments = [.. Train(ShapeFolder.Paint(folder.Path), model, epochs: 100_000), "--checkpoint", state, "--rank-timeout", "5"];
        Process process = StartBoth(mpi, arguments);
        WaitFor(() => Names(state).Length > 0, process);
        int id = mpi.Find(1, model)!.Value;
        try
        {
            Kill("STOP", id);
            (int exitCode, _, string error) = Mpirun.End(process);
            Assert.NotEqual(ExitCode.Done, exitCode);
            Assert.Contains($"Rank 1 (process {id} on ", error);
            Assert.Contains("has not answered for 5 seconds", error);
        }
        finally
        {
            if (mpi.Find(1, model) == id)
                Kill("KILL", id);
        }
    }

    private static string[] Train(string images, string model, int epochs) =>
    [
        "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", $"{epochs}",
        "--batch-size", "8", "--threads", "1", "--output", model,
    ];

    private static Process StartBoth(Mpirun mpi, string[] arguments) => mpi.Start(arguments, [.. arguments]);

    private static void AssertDone((int ExitCode, string Output, string Error) end) => Assert.True(end.ExitCode == ExitCode.Done, end.Error);

    private static byte[] Weights(string model)
    {
        string file = Path.ChangeExtension(model, ".safetensors");
        Assert.Equal(ExitCode.Done, CommandLine.Invoke(["export", "--model", model, "--safetensors", file]));
        return File.ReadAllBytes(file);
    }

    private static void WaitFor(Func<bool> condition, Process process)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); Thread.Sleep(20))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(3))
                Assert.Fail($"The training wrote no state: {Mpirun.End(process).Error}");
        }
    }

    private static void Kill(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    private static string[] Names(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "checkpoint-*").Order()] : [];
}
