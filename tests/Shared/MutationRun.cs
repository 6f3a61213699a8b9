using System.Diagnostics;
using System.Globalization;

namespace ResNeXt.Tests;

/// <summary>Reads many damaged copies of a file and counts what comes of it.</summary>
internal static class MutationRun
{
    /// <summary>Copies of a fast test; a slow one has <see cref="Many"/>.</summary>
    public const int Few = 60;

    // Of one copy. Files here have some hundred kilobytes; the longest header that is accepted takes 16 MB and unfolds to some times that.
    private const long MaximumAllocated = 512L << 20;

    // Generous: machines that run tests are busy. After twice the time it is not waited for, and the run ends.
    private static readonly TimeSpan MaximumTime = TimeSpan.FromMinutes(1);

    /// <summary>Copies of a slow test: 5,000, or what RESNEXT_MUTATIONS says.</summary>
    public static int Many => int.TryParse(Environment.GetEnvironmentVariable("RESNEXT_MUTATIONS"), CultureInfo.InvariantCulture, out int count) ? count : 5000;

    /// <summary>Reads them, and fails where one ends in an exception of another type, takes too much memory or too long.</summary>
    /// <param name="original">The undamaged file.</param>
    /// <param name="count">How many copies.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="isAllowed">Whether an exception is what the reader's documentation names.</param>
    /// <param name="finish">Completes a copy, with checksums for example; null for nothing.</param>
    /// <returns>How many ended in which way, for example "4811 InvalidDataException, 189 read".</returns>
    public static string Check(byte[] original, int count, Action<byte[]> read, Func<Exception, bool>? isAllowed = null, Func<byte[], byte[]>? finish = null)
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var faults = new List<string>();
        int seed = 1;
        long start = Stopwatch.GetTimestamp();
        // On a thread of its own, because nothing else ends where one hangs.
        Task run = Task.Factory.StartNew(() =>
        {
            for (; seed <= count; seed++)
            {
                byte[] damaged = new Mutator(seed).Mutate(original);
                damaged = finish?.Invoke(damaged) ?? damaged;
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                Volatile.Write(ref start, Stopwatch.GetTimestamp());
                Exception? exception = Record.Exception(() => read(damaged));
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                string outcome = exception?.GetType().Name ?? "read";
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                if (exception is not null && !(isAllowed ?? IsInvalidData)(exception))
                    faults.Add($"seed {seed}: {exception}");
                else if (exception is not null && IsMoreThanASentence(exception))
                    faults.Add($"seed {seed}: more than a sentence: {exception.Message}");
                if (allocated > MaximumAllocated || Stopwatch.GetElapsedTime(start) > MaximumTime)
                    faults.Add($"seed {seed}: {allocated} bytes, {Stopwatch.GetElapsedTime(start)}");
            }
        }, TaskCreationOptions.LongRunning);
        while (!run.Wait(TimeSpan.FromSeconds(1)))
            Assert.True(Stopwatch.GetElapsedTime(Volatile.Read(ref start)) < MaximumTime * 2, $"seed {seed} of {count} does not end");
        string report = string.Join(", ", outcomes.Select(item => $"{item.Value} {item.Key}"));
        Assert.True(faults.Count == 0, $"{faults.Count} of {count} ({report}):\n{string.Join("\n", faults.Take(8))}");
        return report;
    }

    // .NET puts the value of an ArgumentOutOfRangeException into a second line.
    private static bool IsMoreThanASentence(Exception exception) => exception.Message.Contains("   at ", StringComparison.Ordinal)
        || exception.Message.Contains('\n') && exception is not ArgumentOutOfRangeException;

    private static bool IsInvalidData(Exception exception) => exception is InvalidDataException;
}
