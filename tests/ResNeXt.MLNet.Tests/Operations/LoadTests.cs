using System.Globalization;
using Microsoft.ML;
using ResNeXt.Core;
using Xunit.Abstractions;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Operations;

/// <summary>Long work in one process: memory stays flat, and no file is left. Measures the whole process, so no other test may run meanwhile.</summary>
[Collection(nameof(MemoryTests))]
[Trait("Category", "Slow")]
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Threads = 8, Images = 16, Samples = 40;

    // The share by which the last quarter may exceed the second; the first warms up.
    private const double Tolerance = 0.03;

    private static readonly string SavedModel = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");

    [Fact]
    public void Predict_AHundredThousandTimesOnEightThreads_GivesTheScoresOfOneAndKeepsMemoryFlat()
    {
        int predictions = Count("RESNEXT_LOAD_PREDICTIONS", 100_000);
        using var predictor = new ResNeXtPredictor(MlContext, LastStep("Image"));
        byte[][] files = [.. Patterns.Make(Images, seed: 3).Select(ResNeXtPredictorTests.Png)];
        float[][] expected = [.. files.Select(file => predictor.Predict(file).Scores.ToArray())];
        int next = -1, wrong = 0;
        var memory = new List<long>();

        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int index; (index = Interlocked.Increment(ref next)) < predictions;)
            {
                if (!predictor.Predict(files[index % Images]).Scores.SequenceEqual(expected[index % Images]))
                    Interlocked.Increment(ref wrong);
                if (index % (predictions / Samples) == 0)
                {
                    lock (memory)
                        memory.Add(Environment.WorkingSet);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(0, wrong);
        AssertFlat(memory);
    }

    [Fact]
    public void Load_AndDisposeOfAModelAgainAndAgain_KeepsMemoryFlatAndLeavesNoFile() => Repeat(Count("RESNEXT_LOAD_MODELS", 1000), _ =>
    {
        using var predictor = ResNeXtPredictor.Load(new MLContext(), SavedModel);
        Assert.NotEmpty(predictor.ClassNames);
    });

    [Fact]
    public void Fit_AgainAndAgain_KeepsMemoryFlatAndLeavesNoFile() => Repeat(Count("RESNEXT_LOAD_FITS", 50), _ =>
    {
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        Assert.Single(model.Epochs);
    });

    [Fact]
    public void Fit_CanceledAtAnyMoment_KeepsMemoryFlatAndLeavesNoFile()
    {
        var random = new Random(1);
        Repeat(Count("RESNEXT_LOAD_FITS", 50), _ =>
        {
            using var cancellation = new CancellationTokenSource();
            using var folder = new TemporaryFolder();
            int last = random.Next(30), batches = 0;
            ResNeXtTrainer trainer = Trainer(Options() with
            {
                MaxEpochs = 1000, CancellationToken = cancellation.Token, CheckpointDirectory = folder.Path,
                BatchProgress = new Listener<BatchReport>(_ => { if (batches++ == last) cancellation.Cancel(); }),
            });
            if (random.Next(4) == 0)
                cancellation.CancelAfter(random.Next(1, 300));
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(KeyedRows()));
        });
        // The next one works.
        using ResNeXtTransformer model = Trainer().Fit(KeyedRows());
        Assert.Single(model.Epochs);
    }

    [Fact]
    public void Fit_OfThousandsOfSteps_KeepsMemoryFlatAndLeavesNoFile()
    {
        const int batchSize = 4, batchesPerEpoch = 10;
        int steps = Count("RESNEXT_LOAD_STEPS", 2000);
        string[] before = TemporaryFiles();
        var memory = new List<long>();
        ResNeXtTrainer trainer = Trainer(Options() with
        {
            BatchSize = batchSize, MaxEpochs = steps / batchesPerEpoch,
            BatchProgress = new Listener<BatchReport>(report => { if (!report.IsValidation) memory.Add(Environment.WorkingSet); }),
        });

        trainer.Fit(KeyedRows(batchSize * batchesPerEpoch)).Dispose();

        Assert.Equal(steps, memory.Count);
        Assert.Empty(TemporaryFiles().Except(before));
        AssertFlat(memory);
    }

    private void Repeat(int times, Action<int> work)
    {
        string[] before = TemporaryFiles();
        var memory = new List<long>();
        for (int i = 0; i < times; i++)
        {
            work(i);
            memory.Add(Environment.WorkingSet);
        }
        Assert.Empty(TemporaryFiles().Except(before));
        AssertFlat(memory);
    }

    // Of this process: the names of other processes' files and folders hold other numbers.
    private static string[] TemporaryFiles() => [.. Directory.GetFileSystemEntries(Path.GetTempPath(), "resnext-*")
        .Where(path => path.Contains(string.Create(CultureInfo.InvariantCulture, $"-{Environment.ProcessId}-"), StringComparison.Ordinal))];

    private void AssertFlat(IReadOnlyList<long> memory)
    {
        int quarter = memory.Count / 4;
        double[] quarters = [.. Enumerable.Range(0, 4).Select(index => memory.Skip(index * quarter).Take(quarter).Average() / 1e6)];
        output.WriteLine($"Megabytes by quarters: {string.Join(", ", quarters.Select(value => value.ToString("F1", CultureInfo.InvariantCulture)))}");
        Assert.True(quarters[3] <= (1 + Tolerance) * quarters[1], $"{quarters[1]:F1} MB in the second quarter, {quarters[3]:F1} MB in the last");
    }

    private static int Count(string variable, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : standard;

    private sealed class Listener<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
