using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.Tests.Output;

/// <summary>Commands in processes of their own, which are interrupted as a terminal (SIGINT) or a container (SIGTERM) does.</summary>
public sealed partial class InterruptionTests
{
    private static readonly string SavedModel = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");

    private static readonly TimeSpan EarlyStoppingPatience = TimeSpan.FromMinutes(5);

    // More epochs than any machine trains in the test's patience.
    private const string Endless = "1000000";

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Train_InterruptedAfterAnEpoch_SavesTheBestSoFarAndExitsWithTwo(string signal)
    {
        if (!CanSend(signal))
            return;
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), model = folder.Path + "/m.zip", metrics = folder.Path + "/m.json", state = folder.Path + "/state";

        (int exitCode, string output, string error) = await Interrupt(signal, "Epoch 2/", [.. Train(images, model), "--validation", images, "--metrics", metrics, "--checkpoint", state]);

        Assert.True(exitCode == ExitCode.Partly, error);
        Assert.Contains("Stopping after this batch", error, StringComparison.Ordinal);
        Assert.Contains("Training was stopped in epoch", error, StringComparison.Ordinal);
        Assert.Contains("go on with --resume", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Contains($"The model is in {model}.", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(metrics));
        double best = json.RootElement.GetProperty("epochs").EnumerateArray().Max(epoch => epoch.GetProperty("validationAccuracy").GetDouble());
        Assert.Equal(best, json.RootElement.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.NotEmpty(Directory.GetFiles(state, "checkpoint-*"));
        Assert.Empty(Directory.GetFiles(folder.Path, ".*"));
    }

    [Fact]
    public async Task Train_InterruptedBeforeAnEpoch_SaysThatNothingWasKept()
    {
        if (!CanSend("TERM"))
            return;
        using var folder = new TemporaryFolder();
        string model = folder.Path + "/m.zip";

        // A first epoch of some seconds, and the signal in its first moments.
        (int exitCode, _, string error) = await Interrupt("TERM", "Training ",
            ["train", "--images", ShapeFolder.Paint(folder.Path), "--arch", "resnet50", "--epochs", "1", "--batch-size", "2", "--output", model]);

        Assert.True(exitCode == ExitCode.Interrupted, error);
        Assert.EndsWith("Interrupted before the first epoch had ended: there is nothing to keep, and no model is written.", error.TrimEnd(), StringComparison.Ordinal);
        Assert.False(File.Exists(model));
    }

    [Fact]
    public async Task Predict_Interrupted_EndsAfterAnImageAndExitsWithTwo()
    {
        if (!CanSend("TERM"))
            return;
        using var folder = new TemporaryFolder();
        string image = ShapeFolder.Paint(folder.Path) + "/star/0.png";

        (int exitCode, string output, string error) = await Interrupt("TERM", image, ["predict", "--model", SavedModel, .. Enumerable.Repeat(image, 20_000)]);

        Assert.True(exitCode == ExitCode.Partly, error);
        int lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.EndsWith($"Interrupted after {lines} images; the others are not classified.", error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Interrupted_EndsAfterAnImageAndExitsWithTwo()
    {
        if (!CanSend("TERM"))
            return;
        using var folder = new TemporaryFolder();
        string image = ShapeFolder.Paint(folder.Path) + "/star/0.png";

        (int exitCode, string output, string error) = await Interrupt("TERM", image,
            ["explain", "--model", SavedModel, "--output", folder.File("explained"), .. Enumerable.Repeat(image, 2_000)]);

        Assert.True(exitCode == ExitCode.Partly, error);
        int lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.EndsWith($"Interrupted after {lines} images; the others are not explained.", error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithItsFoldersGoneAndItsOutputClosed_SavesTheModelElsewhereAndSaysWhere()
    {
        if (!CanSend("TERM"))
            return;
        using var folder = new TemporaryFolder();
        string model = folder.File("out", "m.zip"), state = folder.Path + "/state", images = ShapeFolder.Paint(folder.Path);
        string[] args = [.. Train(images, model), "--checkpoint", state, "--metrics", folder.Path + "/m.json", "--validation-fraction", "0.5",
            "--report", folder.Path + "/report.html"];

        (int exitCode, _, string error) = await Interrupt("TERM", "Epoch 1/", args, prepare: () =>
        {
            Directory.Delete(Path.GetDirectoryName(model)!, recursive: true);
            // At once, because a checkpoint may be written while its folder is being emptied.
            Directory.Move(state, folder.Path + "/gone");
            Directory.Delete(images, recursive: true);
        });

        Assert.True(exitCode == ExitCode.Partly, error);
        string saved = SavedElsewhere().Match(error).Groups[1].Value;
        Assert.True(new FileInfo(saved).Length > 1e6, error);
        File.Delete(saved);
        Assert.Contains("a checkpoint could not be saved: ", error, StringComparison.Ordinal);
        Assert.Contains("The model is saved, but it could not be scored: ", error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Path + "/m.json"));
        Assert.True(File.Exists(folder.Path + "/report.html"));
    }

    [Theory]
    [InlineData(ExitCode.Partly, "> /dev/full")]
    [InlineData(ExitCode.Done, "2> /dev/full")]
    [InlineData(ExitCode.Partly, "> /dev/full 2>&1")]
    [InlineData(ExitCode.Done, "| head -c 1 > /dev/null; exit ${PIPESTATUS[0]}")]
    public async Task Info_WithAConsoleThatTakesNoText_EndsInOrder(int exitCode, string redirection)
    {
        if (!File.Exists("/dev/full") || !File.Exists("/bin/bash"))
            return;
        using Process process = Process.Start("/bin/bash", ["-c", $"dotnet exec '{typeof(CommandLine).Assembly.Location}' info {redirection}"]);

        await process.WaitForExitAsync();

        Assert.Equal(exitCode, process.ExitCode);
    }

    [Fact]
    public async Task Train_WithoutAFolderForTemporaryFiles_BlamesItBeforeTraining()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string missing = folder.Path + "/missing/", model = folder.Path + "/m.zip";
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(CommandLine).Assembly.Location, .. Train(ShapeFolder.Paint(folder.Path), model)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["TMPDIR"] = missing, ["DOTNET_EnableDiagnostics"] = "0" },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();

        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(ExitCode.Mistake, process.ExitCode);
        Assert.StartsWith($"The folder for temporary files, '{missing}', does not exist.", await error, StringComparison.Ordinal);
        Assert.DoesNotContain("Epoch", output, StringComparison.Ordinal);
    }

    private static string[] Train(string images, string model) =>
        ["train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", Endless, "--batch-size", "4", "--output", model];

    private static async Task<(int ExitCode, string Output, string Error)> Interrupt(string signal, string onceItSays, string[] args, Action? prepare = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(CommandLine).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(EarlyStoppingPatience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            string output = "";
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                output += line + "\n";
                if (!line.StartsWith(onceItSays, StringComparison.Ordinal))
                    continue;
                prepare?.Invoke();
                using Process kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
                await kill.WaitForExitAsync(patience.Token);
                break;
            }
            output += await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [GeneratedRegex("What it should hold is in '([^']+)'")]
    private static partial Regex SavedElsewhere();

    // A process hands the signals that it ignores on to its children: SIGINT if a shell started it in the background, SIGHUP if nohup did.
    private static bool CanSend(string signal)
    {
        if (OperatingSystem.IsWindows())
            return false;
        const string Ignored = "SigIgn:";
        int bit = signal switch { "HUP" => 0, "INT" => 1, "TERM" => 14, _ => throw new ArgumentException($"The signal {signal} is not sent by any test.") };
        string? mask = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").First(line => line.StartsWith(Ignored, StringComparison.Ordinal))
            : null;
        return mask is null || (Convert.ToUInt64(mask[Ignored.Length..].Trim(), 16) & (1UL << bit)) == 0;
    }
}
