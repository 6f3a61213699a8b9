using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ResNeXt.Core.Tests.Weights.Pretrained;

/// <summary>A server on this machine that answers each request as a test says, on a connection of its own.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<int, Request, Answer> _answer;
    private readonly List<Request> _requests = [];

    /// <summary>Starts the server.</summary>
    /// <param name="answer">The answer to each request; the first has the number 0.</param>
    public FileServer(Func<int, Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>The address of the server.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    /// <summary>Answers with a whole file, or with the requested end of it.</summary>
    /// <param name="content">The file.</param>
    /// <param name="request">The request.</param>
    /// <param name="sent">The bytes that are sent before the connection breaks off; null for all.</param>
    public static Answer Send(byte[] content, Request request, int? sent = null)
    {
        int from = request.From ?? 0;
        string range = request.From is null ? "" : $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n";
        byte[] body = content[from..];
        return new($"HTTP/1.1 {(request.From is null ? "200 OK" : "206 Partial Content")}\r\n{range}Content-Length: {body.Length}\r\n\r\n", body[..(sent ?? body.Length)]);
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Stop();
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            if (await reader.ReadLineAsync(_stopped.Token) is not { } line)
                return; // The client has given up.
            string path = line.Split(' ')[1];
            int? from = null;
            while (await reader.ReadLineAsync(_stopped.Token) is { Length: > 0 } header)
            {
                if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    from = int.Parse(header["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
            var request = new Request(path, from);
            int number;
            lock (_requests)
            {
                number = _requests.Count;
                _requests.Add(request);
            }
            Answer answer = _answer(number, request);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Head), _stopped.Token);
            await stream.WriteAsync(answer.Body, _stopped.Token);
            if (answer.Resets)
                client.LingerState = new LingerOption(enable: true, seconds: 0);
            if (answer.Waits)
                await Task.Delay(Timeout.Infinite, _stopped.Token);
        }
    }

    /// <summary>A request.</summary>
    /// <param name="Path">The path that is asked for.</param>
    /// <param name="From">The first byte that is asked for; null for the whole file.</param>
    internal sealed record Request(string Path, int? From);

    /// <summary>What the server sends before it closes the connection.</summary>
    /// <param name="Head">The status line and the headers.</param>
    /// <param name="Body">The content.</param>
    /// <param name="Waits">Whether the connection stays open, without anything more being sent, until the test is over.</param>
    /// <param name="Resets">Whether the connection is reset instead of closed. What has not arrived by then is lost.</param>
    internal sealed record Answer(string Head, byte[] Body, bool Waits = false, bool Resets = false);
}
