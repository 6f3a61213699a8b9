using System.Diagnostics;
using System.Net;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>Clients that send images one after the other, each on a connection of its own.</summary>
internal sealed class Load : IDisposable
{
    private readonly byte[][] _files;
    private readonly HttpClient[] _clients;

    public Load(Uri address, byte[][] files, int connections)
    {
        _files = files;
        _clients = [.. Enumerable.Range(0, connections)
            .Select(_ => new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address })];
    }

    /// <summary>A client, for other requests.</summary>
    public HttpClient Client => _clients[0];

    /// <summary>Sends for a time.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time);
        return await RunAsync(stop.Token).ConfigureAwait(false);
    }

    /// <summary>Sends until it is stopped; requests that have begun are finished.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        (List<double> Seconds, int Failed)[] results = await Task.WhenAll(
            _clients.Select((client, index) => Task.Run(() => SendAsync(client, index, stop), CancellationToken.None))).ConfigureAwait(false);
        return new([.. results.SelectMany(result => result.Seconds).Order()], results.Sum(result => result.Failed), clock.Elapsed);
    }

    public void Dispose()
    {
        foreach (HttpClient client in _clients)
            client.Dispose();
    }

    private async Task<(List<double> Seconds, int Failed)> SendAsync(HttpClient client, int first, CancellationToken stop)
    {
        var seconds = new List<double>();
        int failed = 0;
        for (int index = first; !stop.IsCancellationRequested; index++)
        {
            long start = Stopwatch.GetTimestamp();
            if (await IsAnsweredAsync(client, _files[index % _files.Length]).ConfigureAwait(false))
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            else
                failed++;
        }
        return (seconds, failed);
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient client, byte[] file)
    {
        try
        {
            using var content = new ByteArrayContent(file);
            using HttpResponseMessage response = await client.PostAsync(new Uri("/predict", UriKind.Relative), content).ConfigureAwait(false);
            string answer = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK && answer.Contains("\"label\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
