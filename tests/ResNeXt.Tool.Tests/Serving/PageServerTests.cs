using System.Net;
using Microsoft.AspNetCore.Builder;
using ResNeXt.MLNet;
using ResNeXt.Tool.Serving;
using SkiaSharp;

namespace ResNeXt.Tool.Tests.Serving;

/// <summary>The page as browsers see it, with and without JavaScript.</summary>
public sealed class PageServerTests : IAsyncLifetime
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");

    private readonly WebApplication _server = PageServer.Create(Model, port: 0);
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_server.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Page_OfTheServer_LoadsNothingFromElsewhereAndRunsNoInlineCode()
    {
        Assert.Equal(IPAddress.Loopback.ToString(), new Uri(_server.Urls.Single()).Host);
        using HttpResponseMessage response = await _client.GetAsync("/");
        string page = await response.Content.ReadAsStringAsync();

        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.Contains("along, across, board", page, StringComparison.Ordinal);
        foreach (string file in (string[])["/page.css", "/page.js", "/icon.svg"])
        {
            string content = await _client.GetStringAsync(file);
            Assert.Contains(file, page, StringComparison.Ordinal);
            Assert.DoesNotContain("http", content.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Form_WithoutJavaScript_AnswersWithThePageAndItsResults()
    {
        using MultipartFormDataContent form = Form(("<red> & ü.png", Picture()), ("broken.png", "no image"u8.ToArray()));

        using HttpResponseMessage response = await _client.PostAsync("/", form);
        string page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("<form ", page, StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg;base64,", page, StringComparison.Ordinal);
        Assert.Contains("what speaks for", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<img ").Length - 1);
        Assert.Contains("&lt;red&gt; &amp; ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<red>", page, StringComparison.Ordinal);
        Assert.All(["along", "across", "board"], name => Assert.Contains($"<th scope=\"row\">{name}</th>", page, StringComparison.Ordinal));
        Assert.Contains("broken.png", page[page.IndexOf("result failure", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_BelowTheMinimumProbability_SaysThatItDoesNotKnow()
    {
        await using WebApplication server = PageServer.Create(Model, port: 0, new PredictorOptions { MinimumScore = 1 });
        await server.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server.Urls.Single()) };
        using MultipartFormDataContent form = Form(("red.png", Picture()));

        using HttpResponseMessage page = await client.PostAsync("/results", form), json = await client.PostAsync("/predict", new ByteArrayContent(Picture()));

        Assert.Contains("<h2>don&#x27;t know <span class=\"score\">at most ", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("{\"score\":", await json.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_OfTheScript_AreTheArticlesAlone()
    {
        using MultipartFormDataContent form = Form(("red.png", Picture())), empty = new() { { new StringContent("x"), "note" } };

        using HttpResponseMessage response = await _client.PostAsync("/results", form), refused = await _client.PostAsync("/results", empty);

        Assert.StartsWith("<article class=\"result\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("no file", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_AskedUnderAnotherName_Refuses()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "elsewhere.example" } };

        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Server_AskedForWhatProgramsNeed_Answers()
    {
        using HttpResponseMessage predicted = await _client.PostAsync("/predict", new ByteArrayContent(Picture())), missing = await _client.GetAsync("/nothing");

        Assert.Contains("\"label\":", await predicted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", missing.Content.Headers.ContentType?.MediaType);
        foreach (string address in (string[])["/healthz", "/readyz", "/metrics", "/openapi/v1.json"])
            Assert.NotEmpty(await _client.GetStringAsync(address));
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, byte[] content) in files)
            form.Add(new ByteArrayContent(content), "images", name);
        return form;
    }

    private static byte[] Picture()
    {
        using var bitmap = new SKBitmap(900, 600);
        bitmap.Erase(SKColors.Red);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
