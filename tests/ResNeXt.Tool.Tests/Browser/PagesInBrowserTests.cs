using Microsoft.AspNetCore.Builder;
using PuppeteerSharp;
using ResNeXt.Tool.Serving;

namespace ResNeXt.Tool.Tests.Browser;

/// <summary>
/// The pages in a real browser: they ask for nothing from elsewhere, say nothing in the console, and fit narrow and wide windows, light and dark.
/// Where the environment variable <c>RESNEXT_TEST_SCREENSHOTS</c> names a folder, pictures of all pages are put there.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PagesInBrowserTests(WrittenPages pages) : IClassFixture<WrittenPages>
{
    private const double Dark = 70, Light = 230;

    public static TheoryData<int, bool> Views => new() { { 360, false }, { 360, true }, { 1600, false }, { 1600, true } };

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public async Task Report_OfATraining_OpensByItself(int width, bool isDark) => await CheckFileAsync(pages.Report, "report", width, isDark);

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public async Task Labels_OfACheck_OpenByThemselves(int width, bool isDark) => await CheckFileAsync(pages.Labels, "labels", width, isDark);

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public async Task ServedPage_GivenPictures_AnswersThem(int width, bool isDark)
    {
        await using WebApplication server = await ServeAsync();
        await using OpenPage open = await OpenPage.OpenAsync(pages.Browser, server.Urls.Single(), width, isDark);
        string expected = await LabelAsync(server);

        IElementHandle files = await open.Page.QuerySelectorAsync("#files");
        await files.UploadFileAsync(pages.Star, pages.Report);
        await open.Page.WaitForFunctionAsync("() => document.querySelectorAll('.result:not(.waiting)').length === 2");

        // In the order in which they were chosen: what is no picture is told so.
        Assert.Equal(expected, await TextAsync(open, ".result:first-child tbody tr:first-child th"));
        Assert.Contains("report.html", await TextAsync(open, ".result.failure"), StringComparison.Ordinal);
        Assert.Contains(expected, await TextAsync(open, ".result:first-child figcaption"), StringComparison.Ordinal);
        Assert.Equal("2 pictures classified.", await TextAsync(open, "#status"));
        await CheckAsync(open, "serve", width, isDark);
        Assert.All(open.Requests, address => Assert.StartsWith(server.Urls.Single(), address, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task ServedPage_WhenAPictureIsDropped_AnswersIt()
    {
        await using WebApplication server = await ServeAsync();
        await using OpenPage open = await OpenPage.OpenAsync(pages.Browser, server.Urls.Single(), 1600, isDark: false);

        await open.Page.EvaluateFunctionAsync(
            """
            async base64 => {
              const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
              document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """, Convert.ToBase64String(await File.ReadAllBytesAsync(pages.Star)));
        await open.Page.WaitForSelectorAsync(".result table");

        Assert.Equal(await LabelAsync(server), await TextAsync(open, ".result tbody tr:first-child th"));
        Assert.Equal("dropped.png", await TextAsync(open, ".result .name"));
        Assert.Empty(open.Messages);
    }

    [BrowserFact]
    public async Task ServedPage_WithoutJavaScript_AnswersPicturesToo()
    {
        await using WebApplication server = await ServeAsync();
        await using OpenPage open = await OpenPage.OpenAsync(pages.Browser, server.Urls.Single(), 1600, isDark: false, hasScript: false);

        IElementHandle files = await open.Page.QuerySelectorAsync("#files");
        await files.UploadFileAsync(pages.Star);
        await Task.WhenAll(open.Page.WaitForNavigationAsync(), open.Page.ClickAsync("#submit"));

        Assert.Equal(await LabelAsync(server), await TextAsync(open, ".result tbody tr:first-child th"));
        Assert.Equal(2, (await open.Page.QuerySelectorAllAsync(".result img")).Length);
        Assert.Empty(open.Messages);
    }

    private async Task CheckFileAsync(string path, string name, int width, bool isDark)
    {
        string address = new Uri(path).AbsoluteUri;
        await using OpenPage open = await OpenPage.OpenAsync(pages.Browser, address, width, isDark);
        await CheckAsync(open, name, width, isDark);
        Assert.Equal([address], open.Requests);
    }

    private static async Task CheckAsync(OpenPage open, string name, int width, bool isDark)
    {
        int empty = await open.EmptyPicturesAsync();
        await open.PhotographAsync($"{name}-{width}-{(isDark ? "dark" : "light")}");
        Assert.Equal(0, await open.ExcessWidthAsync());
        Assert.Equal(0, empty);
        Assert.InRange(await open.BrightnessAsync(), isDark ? 0 : Light, isDark ? Dark : 255);
        Assert.Empty(open.Messages);
    }

    private async Task<WebApplication> ServeAsync()
    {
        WebApplication server = PageServer.Create(pages.Model, port: 0);
        await server.StartAsync();
        return server;
    }

    private async Task<string> LabelAsync(WebApplication server)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(pages.Star));
        using HttpResponseMessage response = await client.PostAsync($"{server.Urls.Single()}/predict", content);
        using var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("label").GetString()!;
    }

    private static async Task<string> TextAsync(OpenPage open, string selector)
    {
        IElementHandle element = await open.Page.WaitForSelectorAsync(selector);
        return await element.EvaluateFunctionAsync<string>("element => element.textContent");
    }
}
