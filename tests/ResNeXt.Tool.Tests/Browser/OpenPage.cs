using System.Collections.Concurrent;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace ResNeXt.Tool.Tests.Browser;

/// <summary>A page in a browser, with everything that it asks for and complains about.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    // Names a folder for pictures of all pages, to look at.
    private const string PicturesVariable = "RESNEXT_TEST_SCREENSHOTS";

    private readonly ConcurrentQueue<string> _requests = [], _messages = [];

    private OpenPage(IPage page) => Page = page;

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>The addresses that were asked for, those within the page excepted.</summary>
    public IReadOnlyList<string> Requests => [.. _requests.Where(address => !address.StartsWith("data:", StringComparison.Ordinal))];

    /// <summary>Messages in the console, violations of the content security policy among them, and errors of scripts.</summary>
    public IReadOnlyList<string> Messages => [.. _messages];

    /// <summary>Opens a page.</summary>
    public static async Task<OpenPage> OpenAsync(IBrowser browser, string address, int width, bool isDark, bool hasScript = true)
    {
        var open = new OpenPage(await browser.NewPageAsync());
        open.Page.Request += (_, e) => open._requests.Enqueue(e.Request.Url);
        open.Page.RequestFailed += (_, e) => open._messages.Enqueue($"{e.Request.Url} failed: {e.Request.FailureText}");
        open.Page.Console += (_, e) => open._messages.Enqueue($"{e.Message.Type}: {e.Message.Text}");
        open.Page.PageError += (_, e) => open._messages.Enqueue(e.Message);
        await open.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await open.Page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = isDark ? "dark" : "light" }]);
        await open.Page.SetJavaScriptEnabledAsync(hasScript);
        await open.Page.GoToAsync(address, WaitUntilNavigation.Networkidle0);
        return open;
    }

    /// <summary>By how many pixels the page is wider than the window, so that it has to be scrolled sideways.</summary>
    public Task<int> ExcessWidthAsync() =>
        Page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>How bright the background is, from 0 to 255.</summary>
    public async Task<double> BrightnessAsync() =>
        (await Page.EvaluateExpressionAsync<double[]>(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")).Average();

    /// <summary>Loads the pictures that are further down too, and counts those without pixels.</summary>
    public Task<int> EmptyPicturesAsync() => Page.EvaluateFunctionAsync<int>(
        """
        async () => {
          const pictures = [...document.images];
          pictures.forEach(picture => picture.loading = "eager");
          await Promise.all(pictures.map(picture => picture.decode().catch(() => {})));
          return pictures.filter(picture => picture.naturalWidth === 0).length;
        }
        """);

    /// <summary>Keeps a picture of the page, if somebody wants to look at it.</summary>
    public async Task PhotographAsync(string name)
    {
        if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
            await Page.ScreenshotAsync(
                Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.png"), new ScreenshotOptions { FullPage = true });
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
