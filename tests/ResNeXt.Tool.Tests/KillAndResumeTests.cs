using System.Diagnostics;
using System.Globalization;
using ResNeXt.Core.Weights;
using ResNeXt.Tool.Output;
using Xunit.Abstractions;

namespace ResNeXt.Tool.Tests;

/// <summary>Trains in a process of its own that is killed, again and again, and resumed.</summary>
public sealed class KillAndResumeTests(ITestOutputHelper output)
{
    // The environment variable sets another number, for example 200.
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("RESNEXT_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int kills) ? kills : 20;

    // Long enough that training is not over before the last kill, even on a fast machine.
    private const int Epochs = 500;
    private static readonly TimeSpan EarlyStoppingPatience = TimeSpan.FromMinutes(5);

    [Fact]
    [Trait("Category", "Slow")]
    public void Train_KilledAgainAndAgainAndResumed_EndsWithTheWeightsOfAnUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), state = Path.Combine(folder.Path, "state");
        string whole = Path.Combine(folder.Path, "whole.zip"), resumed = Path.Combine(folder.Path, "resumed.zip");
        End(Start([.. Train(images, whole)]));

        var random = new Random(1);
        int amidWriting = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Start([.. Train(images, resumed), "--checkpoint", state, "--checkpoint-minutes", "0.0005", "--resume"]);
            // Two of twenty while the process starts, the others soon after it has gone on.
            if (kill % 10 != 9)
                WaitForChange(state, process, kill);
            Thread.Sleep(random.Next(150));
            AssertRuns(process, kill);
            process.Kill();
            process.WaitForExit();
            amidWriting += Directory.Exists(state) && Directory.EnumerateFiles(state, "*.tmp").Any() ? 1 : 0;
            // Throws if a checksum is wrong.
            foreach (string checkpoint in Names(state))
                WeightFile.ReadAnyValues(checkpoint);
        }
        output.WriteLine($"{amidWriting} of {Kills} kills left a half-written state.");
        Assert.False(File.Exists(resumed));
        End(Start([.. Train(images, resumed), "--checkpoint", state, "--resume"]));

        Assert.Equal(Weights(whole), Weights(resumed));
        Assert.Empty(Directory.EnumerateFiles(state, "*.tmp"));
    }

    private static IEnumerable<string> Train(string images, string model) =>
        ["train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", $"{Epochs}", "--batch-size", "8", "--output", model];

    private static byte[] Weights(string model)
    {
        string file = Path.ChangeExtension(model, ".safetensors");
        End(Start("export", "--model", model, "--safetensors", file));
        return File.ReadAllBytes(file);
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(CommandLine).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static void End(Process process)
    {
        using (process)
        {
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == ExitCode.Done, error);
        }
    }

    private static void AssertRuns(Process process, int kill)
    {
        if (process.HasExited)
            Assert.Fail($"The training ended with the code {process.ExitCode} before kill {kill + 1}: {process.StandardError.ReadToEnd()}");
    }

    private static void WaitForChange(string folder, Process process, int kill)
    {
        string[] before = Names(folder);
        for (var clock = Stopwatch.StartNew(); Names(folder).SequenceEqual(before); Thread.Sleep(5))
        {
            AssertRuns(process, kill);
            Assert.True(clock.Elapsed < EarlyStoppingPatience, "The training wrote no state.");
        }
    }

    private static string[] Names(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "checkpoint-*").Order()] : [];
}
