using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ResNeXt.Core.Weights.Pretrained.Downloads;
using ResNeXt.Tests;

namespace ResNeXt.Core.Tests.Weights.Pretrained;

public sealed class FileDownloadTests : IDisposable
{
    private const string Name = "network.pth";

    private static readonly byte[] Content = Make(seed: 1, 300_000);

    // The time limits stay long: a busy machine may let a process wait for seconds.
    private static readonly DownloadLimits Limits = new() { Pause = TimeSpan.FromMilliseconds(1), Tries = 3 };

    private readonly TemporaryFolder _folder = new();

    private string Complete => Path.Combine(_folder.Path, Name);

    private string Part => Complete + ".part";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_OfAFile_WritesItAndReportsProgress()
    {
        var reports = new Reports();
        using var server = new FileServer((_, request) => FileServer.Send(Content, request));

        string path = await Run(server, progress: reports);

        Assert.Equal(Complete, path);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.False(File.Exists(Part));
        Assert.Equal(new(Name, Content.Length, Content.Length), reports.Last);
    }

    [Fact]
    public async Task RunAsync_OfAConnectionThatBreaksOff_GoesOnWhereItEnded()
    {
        using var server = new FileServer((number, request) => FileServer.Send(Content, request, number < 2 ? 100_000 : null));

        string path = await Run(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([null, 100_000, 200_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task RunAsync_OfAConnectionThatIsReset_TriesAgain()
    {
        using var server = new FileServer((number, request) =>
            FileServer.Send(Content, request, number < 2 ? 100_000 : null) with { Resets = number < 2 });

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task RunAsync_AfterAnInterruptedProcess_GoesOnWhereItEnded()
    {
        File.WriteAllBytes(Part, Content[..250_000]);
        using var server = new FileServer((_, request) => FileServer.Send(Content, request));

        string path = await Run(server);

        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(250_000, Assert.Single(server.Requests).From);
    }

    [Fact]
    public async Task RunAsync_AfterADownloadThatWasComplete_GivesItItsName()
    {
        File.WriteAllBytes(Part, Content);
        using var server = new FileServer((_, _) =>
            new($"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{Content.Length}\r\nContent-Length: 0\r\n\r\n", []));

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
    }

    [Fact]
    public async Task RunAsync_OfAServerThatCannotContinue_StartsFromTheBeginning()
    {
        File.WriteAllBytes(Part, Content[..1000]);
        using var server = new FileServer((_, request) => FileServer.Send(Content, request with { From = null }));

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
    }

    [Fact]
    public async Task RunAsync_OfABeginningOfAnotherFile_DownloadsTheWholeFile()
    {
        File.WriteAllBytes(Part, Make(seed: 2, 1000));
        using var server = new FileServer((_, request) => FileServer.Send(Content, request));

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
        Assert.Equal([1000, null], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task RunAsync_OfAnotherHash_RefusesAndDeletesTheFile()
    {
        using var server = new FileServer((_, request) => FileServer.Send(Make(seed: 3, 1000), request));

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Run(server));

        Assert.Contains("SHA-256", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_OfMoreBytesThanExpected_Refuses(bool announced)
    {
        byte[] large = Make(seed: 4, 2 * Content.Length);
        using var server = new FileServer((_, request) => announced
            ? FileServer.Send(large, request)
            : new("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", large));

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Run(server));

        Assert.Contains("at most", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Complete));
    }

    [Fact]
    public async Task RunAsync_OfARedirectOnThisMachine_FollowsIt()
    {
        using var server = new FileServer((_, request) => request.Path == "/" + Name
            ? new("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", [])
            : FileServer.Send(Content, request));

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
    }

    [Theory]
    [InlineData("http://example.invalid/network.pth", "neither https")]
    [InlineData("file:///etc/passwd", "neither https")]
    [InlineData("/network.pth", "more than 5 times")]
    public async Task RunAsync_OfARedirectThatIsNotAllowed_Refuses(string location, string reason)
    {
        using var server = new FileServer((_, _) => new($"HTTP/1.1 301 Moved Permanently\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n", []));

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Run(server));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OfAServerThatStalls_TriesAgain()
    {
        using var server = new FileServer((number, request) => FileServer.Send(Content, request, number == 0 ? 5000 : null) with { Waits = number == 0 });
        // The server answers one connection at a time: the second waits until the first is closed.
        using var second = new FileServer((_, request) => FileServer.Send(Content, request));
        DownloadLimits impatient = Limits with { Connect = TimeSpan.FromSeconds(1), Stall = TimeSpan.FromSeconds(1), Tries = 2 };

        var exception = await Assert.ThrowsAsync<IOException>(() => Run(server, limits: impatient));

        Assert.Contains("nothing arrives", exception.Message, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(Part).Length);
        Assert.Equal(Content, File.ReadAllBytes(await Run(second)));
        Assert.Equal(5000, Assert.Single(second.Requests).From);
    }

    // The system takes connections that the program does not accept. A connection with https is complete when the two sides have agreed on keys.
    [Theory]
    [InlineData("https", 0.5, 60.0, "no connection within 0.5 seconds")]
    [InlineData("http", 2.0, 0.1, "nothing arrives for 2.1 seconds")]
    public async Task RunAsync_OfAServerThatNeverAnswers_SaysForHowLong(string scheme, double connect, double stall, string reason)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var file = new RemoteFile(new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}/{Name}")), Name, 1000, null);
        using var download = new FileDownload(
            new DownloadLimits { Connect = TimeSpan.FromSeconds(connect), Stall = TimeSpan.FromSeconds(stall), Tries = 1 }, progress: null);

        var exception = await Assert.ThrowsAsync<IOException>(() => download.RunAsync(file, _folder.Path, CancellationToken.None));

        Assert.EndsWith($": {reason}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OfAFileThatIsNotThere_DoesNotTryAgain()
    {
        using var server = new FileServer((_, _) => new("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", []));

        var exception = await Assert.ThrowsAsync<IOException>(() => Run(server));

        Assert.Contains("404", exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RunAsync_OfAServerThatIsBusy_TriesAgain()
    {
        using var server = new FileServer((number, request) => number < 2
            ? new("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", [])
            : FileServer.Send(Content, request));

        Assert.Equal(Content, File.ReadAllBytes(await Run(server)));
    }

    [Fact]
    public async Task RunAsync_WhenCanceled_KeepsWhatHasArrived()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports { Reported = _ => cancellation.Cancel() };
        using var server = new FileServer((_, request) => FileServer.Send(Content, request, 5000) with { Waits = true });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(server, reports, cancellation: cancellation.Token));

        Assert.True(new FileInfo(Part).Length > 0);
    }

    [Fact]
    public async Task RunAsync_OfAFileThatAnotherProcessDownloads_Refuses()
    {
        using var other = new FileStream(Part, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var server = new FileServer((_, request) => FileServer.Send(Content, request));

        var exception = await Assert.ThrowsAsync<IOException>(() => Run(server));

        Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
    }

    private async Task<string> Run(
        FileServer server, IProgress<DownloadProgress>? progress = null, DownloadLimits? limits = null, CancellationToken cancellation = default)
    {
        using var download = new FileDownload(limits ?? Limits, progress);
        var file = new RemoteFile(new Uri(server.Address, Name), Name, Content.Length + 1000, Convert.ToHexStringLower(SHA256.HashData(Content))[..8]);
        return await download.RunAsync(file, _folder.Path, cancellation);
    }

    private static byte[] Make(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Reports : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }

        public Action<DownloadProgress>? Reported { get; init; }

        public void Report(DownloadProgress value)
        {
            Last = value;
            Reported?.Invoke(value);
        }
    }
}
