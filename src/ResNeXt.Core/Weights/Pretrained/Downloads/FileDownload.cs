using System.Net;
using System.Net.Http.Headers;
using ResNeXt.Core.Files;
using static System.FormattableString;

namespace ResNeXt.Core.Weights.Pretrained.Downloads;

/// <summary>
/// Downloads a file into a folder. What has arrived is kept in a file with the ending <c>.part</c>: a later try, also of another process, goes on from
/// there. The file gets its name when it is complete and its hash is right.
/// </summary>
internal sealed class FileDownload : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const long ReportedBytes = 1 << 20;

    private readonly HttpClient _client;
    private readonly DownloadLimits _limits;
    private readonly IProgress<DownloadProgress>? _progress;

    /// <summary>Creates a download. It uses the proxy that the system or the environment variables name.</summary>
    /// <param name="limits">How long to wait.</param>
    /// <param name="progress">The listener; null for none.</param>
    public FileDownload(DownloadLimits limits, IProgress<DownloadProgress>? progress)
    {
        _limits = limits;
        _progress = progress;
        _client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = limits.Connect,
            DefaultProxyCredentials = CredentialCache.DefaultCredentials,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ResNeXt.MLNet", null));
    }

    /// <summary>Downloads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder, which is made if it does not exist.</param>
    /// <param name="cancellationToken">Cancels the download; what has arrived is kept.</param>
    /// <returns>The path of the complete file.</returns>
    /// <exception cref="IOException">The file cannot be downloaded or written; the message says why.</exception>
    /// <exception cref="InvalidDataException">The server sends another file, or redirects to an address that is not allowed.</exception>
    public async Task<string> RunAsync(RemoteFile file, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, file.FileName), part = path + ".part";
        // Open until the file has its name, so that no other process goes on with it.
        FileStream content = OpenAlone(part);
        await using (content.ConfigureAwait(false))
        {
            bool wasStarted = content.Length > 0;
            await ReceiveAsync(file, content, cancellationToken).ConfigureAwait(false);
            // The beginning may be another file's, if the server has replaced it since. Then the whole file is downloaded again, once.
            if (RemoteFile.FindMistake(content, file.Sha256Prefix) is not null && wasStarted)
            {
                content.SetLength(0);
                await ReceiveAsync(file, content, cancellationToken).ConfigureAwait(false);
            }
            if (RemoteFile.FindMistake(content, file.Sha256Prefix) is { } mistake)
            {
                File.Delete(part);
                throw new InvalidDataException($"The file that '{file.Address}' sends is not {file.FileName}: {mistake}. It was deleted.");
            }
            AtomicFile.Publish(part, path);
        }
        return path;
    }

    public void Dispose() => _client.Dispose();

    private async Task ReceiveAsync(RemoteFile file, FileStream content, CancellationToken cancellationToken)
    {
        TimeSpan pause = _limits.Pause;
        for (int fruitless = 0; ;)
        {
            long before = content.Length;
            string? failure = await TryReceiveAsync(file, content, cancellationToken).ConfigureAwait(false);
            if (failure is null)
                break;
            (fruitless, pause) = content.Length > before ? (1, _limits.Pause) : (fruitless + 1, pause * 2);
            if (fruitless >= _limits.Tries)
                throw new IOException($"{file.FileName} cannot be downloaded from '{file.Address}': {failure}.");
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
        content.Flush(flushToDisk: true);
    }

    /// <summary>Receives the rest of a file, or the whole file if the server cannot continue.</summary>
    /// <returns>Null if the file is complete, else why it is not: another try may succeed.</returns>
    private async Task<string?> TryReceiveAsync(RemoteFile file, FileStream content, CancellationToken cancellationToken)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Until the headers have arrived, those of redirects included.
        TimeSpan limit = _limits.Connect + _limits.Stall;
        try
        {
            stalled.CancelAfter(limit);
            long offset = content.Length;
            using HttpResponseMessage response = await SafeRedirects
                .SendAsync(_client, file.Address, request => request.Headers.Range = offset > 0 ? new(offset, null) : null, stalled.Token)
                .ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // Complete already, if the server says that it has just as many bytes; else another file.
                if (response.Content.Headers.ContentRange?.Length == offset)
                    return null;
                content.SetLength(0);
                return "the server does not continue it";
            }
            if (!response.IsSuccessStatusCode)
                return Refusal(file, response.StatusCode);
            bool continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset;
            if (!continues)
                content.SetLength(offset = 0);
            if (response.StatusCode == HttpStatusCode.PartialContent && !continues)
                return "the server sends another part of it";
            limit = _limits.Stall;
            await CopyAsync(file, response.Content, content, offset, stalled).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The client tells by the inner exception that its time to connect is up.
            return exception.InnerException is TimeoutException
                ? Invariant($"no connection within {_limits.Connect.TotalSeconds:0.#} seconds")
                : Invariant($"nothing arrives for {limit.TotalSeconds:0.#} seconds");
        }
        // The connection fails or breaks off.
        catch (HttpRequestException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    private async Task CopyAsync(RemoteFile file, HttpContent from, FileStream to, long offset, CancellationTokenSource stalled)
    {
        long? total = offset + from.Headers.ContentLength;
        if (total > file.MaximumBytes)
            throw TooLarge(file, total.Value);
        to.Position = offset;
        var buffer = new byte[BufferSize];
        long received = offset, reported = offset - ReportedBytes;
        Stream source = await from.ReadAsStreamAsync(stalled.Token).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            while (true)
            {
                stalled.CancelAfter(_limits.Stall);
                int read = await ReadAsync(source, buffer, stalled.Token).ConfigureAwait(false);
                received += read;
                if (received > file.MaximumBytes)
                    throw TooLarge(file, received);
                await to.WriteAsync(buffer.AsMemory(0, read), stalled.Token).ConfigureAwait(false);
                if (read == 0 || received - reported >= ReportedBytes)
                {
                    _progress?.Report(new(file.FileName, received, total));
                    reported = received;
                }
                if (read == 0)
                    return;
            }
        }
    }

    // A connection that breaks off is an IOException, as a disk that is full is.
    private static async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException(exception.Message, exception);
        }
    }

    // Two processes that write to one file would damage it.
    private static FileStream OpenAlone(string part)
    {
        try
        {
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, AtomicFile.UntilPublished);
        }
        catch (IOException exception) when (File.Exists(part))
        {
            throw new IOException($"'{part}' is in use; another program seems to download the same file. Wait for it, and try again.", exception);
        }
    }

    // Errors of the server and "too many requests" may pass, other refusals do not.
    private static string Refusal(RemoteFile file, HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
            ? Invariant($"the server answers {(int)status} ({status})")
            : throw new IOException(Invariant($"{file.FileName} cannot be downloaded: '{file.Address}' answers {(int)status} ({status})."));

    private static InvalidDataException TooLarge(RemoteFile file, long bytes) => new(
        Invariant($"The file that '{file.Address}' sends is not {file.FileName}: it has {bytes} bytes or more; at most {file.MaximumBytes} are expected."));
}
