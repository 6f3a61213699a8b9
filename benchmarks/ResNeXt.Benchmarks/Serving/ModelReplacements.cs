using System.Globalization;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>Replaces the file of the model again and again while the server is under load.</summary>
internal sealed class ModelReplacements(ServerProcess server, Load load, string model)
{
    // By then, all heaps have been used.
    private const int Settled = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Replaces the model, each time after the server has loaded it, and prints what came of it.</summary>
    /// <returns>Whether no request failed.</returns>
    public async Task<bool> RunAsync(int count)
    {
        using var stop = new CancellationTokenSource();
        Task<LoadResult> sending = load.RunAsync(stop.Token);
        // The first replacement needs room for a second model.
        await ReplaceAsync(1).ConfigureAwait(false);
        double first = server.Memory, settled = first, largest = first;
        for (int number = 2; number <= count; number++)
        {
            await ReplaceAsync(number).ConfigureAwait(false);
            largest = Math.Max(largest, server.Memory);
            if (number <= Settled)
                settled = server.Memory;
        }
        await stop.CancelAsync().ConfigureAwait(false);
        LoadResult result = await sending.ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"model replaced {count} times under load: {result.Answered} answered, {result.Failed} failed; "
            + $"memory {first:F0} MiB after the first time, {settled:F0} after {Math.Min(Settled, count)}, at most {largest:F0}, {server.Memory:F0} at the end"));
        return result.Failed == 0;
    }

    private async Task ReplaceAsync(int number)
    {
        string next = $"{model}.next";
        File.Copy(model, next, overwrite: true);
        File.SetLastWriteTimeUtc(next, DateTime.UtcNow);
        File.Move(next, model, overwrite: true);
        using var limit = new CancellationTokenSource(Limit);
        while (!(await load.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), limit.Token).ConfigureAwait(false))
            .Contains($"reloads_total{{outcome=\"loaded\"}} {number}\n", StringComparison.Ordinal))
            await Task.Delay(100, limit.Token).ConfigureAwait(false);
    }
}
