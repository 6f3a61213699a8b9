using PuppeteerSharp;

namespace ResNeXt.Tool.Tests.Browser;

/// <summary>A browser, and what the commands wrote for it: a model, the report of its training, the page of a check of labels.</summary>
public sealed class WrittenPages : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>The path of an image of a star.</summary>
    public string Star => Path.Combine(_folder.Path, "images", "star", "2.png");

    /// <summary>The path of the model.</summary>
    public string Model => Path.Combine(_folder.Path, "shapes.zip");

    /// <summary>The path of the report.</summary>
    public string Report => Path.Combine(_folder.Path, "report.html");

    /// <summary>The path of the page of the check.</summary>
    public string Labels => Path.Combine(_folder.Path, "labels.html");

    public async Task InitializeAsync()
    {
        if (InstalledBrowser.MissingReason is not null)
            return;
        string images = ShapeFolder.Paint(_folder.Path), other = _folder.File("other", "circle", "copy.png");
        File.Copy(Path.Combine(images, "star", "0.png"), Path.Combine(images, "circle", "a star with a name that is longer than most names.png"));
        File.Copy(Path.Combine(images, "circle", "1.png"), other);
        File.Copy(Path.Combine(images, "star", "1.png"), _folder.File("other", "star", "copy.png"));
        await File.WriteAllTextAsync(Path.Combine(images, "star", "broken.png"), "no image");
        // Ends with 2, because an image is broken.
        await CommandAsync(2, "check-labels", "--images", images, "--validation", Path.Combine(_folder.Path, "other"),
            "--weights", "none", "--output", Labels);
        File.Delete(Path.Combine(images, "star", "broken.png"));
        await CommandAsync(0, "train", "--images", images, "--validation", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "3",
            "--output", Model, "--report", Report);
        Browser = await InstalledBrowser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task CommandAsync(int expected, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == expected, $"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await error}");
    }
}
