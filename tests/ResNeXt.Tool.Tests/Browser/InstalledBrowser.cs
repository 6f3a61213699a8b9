using PuppeteerSharp;

namespace ResNeXt.Tool.Tests.Browser;

/// <summary>The Chromium, or one of its relatives, that this machine has.</summary>
internal static class InstalledBrowser
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Why tests with it are skipped; null if there is one.</summary>
    public static string? MissingReason { get; } =
        Program is null ? $"There is no browser on the path ({string.Join(", ", Names)}); on Debian: apt-get install chromium." : null;

    /// <summary>Starts it, without a window.</summary>
    public static Task<IBrowser> StartAsync() => Puppeteer.LaunchAsync(new LaunchOptions
    {
        ExecutablePath = Program,
        Headless = true,
        // Its sandbox does not start for root, and in most containers. The pages are those of this repository.
        Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
}
