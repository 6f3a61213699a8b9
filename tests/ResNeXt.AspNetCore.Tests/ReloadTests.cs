using System.Net;
using Microsoft.Extensions.Logging;
using SkiaSharp;

namespace ResNeXt.AspNetCore.Tests;

/// <summary>A model that is replaced while the server answers.</summary>
public sealed class ReloadTests
{
    private static readonly byte[] Image = SmallModel.Image(SKColors.Green);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Reload_OfAChangedModelUnderLoad_AnswersEveryRequestWithTheOneOrTheOther()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var stop = new CancellationTokenSource();
        float first = await ScoreAsync(server);
        Task<HashSet<float>>[] clients = [.. Enumerable.Range(0, 4).Select(_ => LoadAsync(server, stop.Token))];

        for (int change = 1; change <= 6; change++)
        {
            DateTimeOffset before = server.Predictor.LoadedAt;
            SmallModel.Place(change % 2 == 1 ? SmallModel.Path8 : SmallModel.Path32, server.ModelPath);
            await WaitAsync(() => server.Predictor.LoadedAt > before);
        }
        await stop.CancelAsync();
        HashSet<float> scores = (await Task.WhenAll(clients)).Aggregate((all, more) => [.. all, .. more]);

        Assert.Equal(first, await ScoreAsync(server));
        Assert.Equal(2, scores.Count);
        Assert.Contains("reloads_total{outcome=\"loaded\"} 6", await server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_OfABrokenModel_KeepsTheOneBeforeUntilItIsMended()
    {
        await using TestServer server = await TestServer.StartAsync();
        float before = await ScoreAsync(server);
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/readyz"));

        byte[] damaged = await File.ReadAllBytesAsync(SmallModel.Path8);
        damaged[damaged.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(server.ModelPath, damaged);
        await WaitAsync(() => server.Predictor.ReloadError is not null);

        Assert.Equal(before, await ScoreAsync(server));
        Assert.StartsWith("Degraded\nThe model has changed, but cannot be loaded", await server.Client.GetStringAsync("/readyz"), StringComparison.Ordinal);
        Assert.Contains(server.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("the one before it stays", StringComparison.Ordinal));
        SmallModel.Place(SmallModel.Path8, server.ModelPath);
        await WaitAsync(() => server.Predictor.ReloadError is null);
        Assert.NotEqual(before, await ScoreAsync(server));
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Reload_OfAModelThatAnotherProgramHolds_HappensOnceItLetsGo()
    {
        await using TestServer server = await TestServer.StartAsync();
        float before = await ScoreAsync(server);
        string next = server.ModelPath + ".next";
        File.Copy(SmallModel.Path8, next);

        await using (new FileStream(next, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            File.Move(next, server.ModelPath, overwrite: true);
            await WaitAsync(() => server.Predictor.ReloadError is not null);
            await Task.Delay(150);
        }
        await WaitAsync(() => server.Predictor.ReloadError is null);

        Assert.NotEqual(before, await ScoreAsync(server));
        Assert.Single(server.Log.Lines, line => line.Text.Contains("the one before it stays", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_OfADeletedModel_KeepsTheOneBefore()
    {
        await using TestServer server = await TestServer.StartAsync();

        File.Delete(server.ModelPath);
        await WaitAsync(() => server.Predictor.ReloadError is not null);

        await ScoreAsync(server);
    }

    [Fact]
    public async Task Reload_ThatIsSwitchedOff_DoesNotHappen()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.ReloadOnChange = false);
        float before = await ScoreAsync(server);

        SmallModel.Place(SmallModel.Path8, server.ModelPath);
        await Task.Delay(150);

        Assert.Equal(before, await ScoreAsync(server));
    }

    [Fact]
    public async Task Start_WithoutAModel_FailsAndNamesIt()
    {
        FileNotFoundException exception = await Assert.ThrowsAsync<FileNotFoundException>(
            () => TestServer.StartAsync(options => options.ModelPath = "no-such-model.zip"));

        Assert.Contains("no-such-model.zip", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithOptionsOutOfRange_NamesAllOfThem()
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => TestServer.StartAsync(options => (options.Top, options.MaxRequests, options.Timeout) = (0, -1, TimeSpan.Zero)));

        Assert.All(["Top is 0", "MaxRequests is -1", "Timeout is 00:00:00"], mention => Assert.Contains(mention, exception.Message, StringComparison.Ordinal));
    }

    private static async Task<HashSet<float>> LoadAsync(TestServer server, CancellationToken stop)
    {
        var scores = new HashSet<float>();
        while (!stop.IsCancellationRequested)
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/predict", new ByteArrayContent(Image), CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            scores.Add(System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(CancellationToken.None)).RootElement.GetProperty("score").GetSingle());
        }
        return scores;
    }

    private static async Task<float> ScoreAsync(TestServer server) => (await server.Client.PredictAsync(Image)).GetProperty("score").GetSingle();

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
            await Task.Delay(10, limit.Token);
    }
}
