using ResNeXt.Core.Weights.Pretrained.Downloads;
using static System.FormattableString;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>Where pretrained weights are looked for, and whether they may be downloaded.</summary>
/// <remarks>
/// The places, in order: <see cref="Folder"/>; the folder <c>DnnImageModels</c> of the application, where NuGet packages put their models; NuGet's own
/// folder of packages; <see cref="CacheFolder"/>; PyTorch's folder of downloads; and, if <see cref="Download"/> is set, the network.
/// </remarks>
public sealed record PretrainedOptions
{
    /// <summary>A folder to look into first.</summary>
    /// <value>Default null: the folder in the environment variable <c>RESNEXT_WEIGHTS</c>, if there is one.</value>
    public string? Folder { get; init; }

    /// <summary>The folder that downloads are kept in.</summary>
    /// <value>
    /// Default null: <c>resnext</c> in the user's cache, which is <c>~/.cache</c> (or <c>XDG_CACHE_HOME</c>) on Linux, <c>~/Library/Caches</c> on macOS
    /// and <c>%LOCALAPPDATA%</c> on Windows.
    /// </value>
    public string? CacheFolder { get; init; }

    /// <summary>Whether weights that are in none of the folders may be downloaded.</summary>
    /// <value>Default false. The environment variable <c>RESNEXT_OFFLINE=1</c> forbids it in any case.</value>
    public bool Download { get; init; }

    /// <summary>The address of a server that has the same files, for example <c>https://mirror.example/pytorch/</c>. It replaces the host.</summary>
    /// <value>
    /// Default null: the address in the environment variable <c>RESNEXT_WEIGHTS_MIRROR</c>, or else the publisher's server. With https; http only for
    /// this machine.
    /// </value>
    public Uri? MirrorAddress { get; init; }

    /// <summary>The longest time to wait for a connection.</summary>
    /// <value>Default 30 seconds. Above 0, at most one day.</value>
    public TimeSpan ConnectTimeout { get; init; } = new DownloadLimits().Connect;

    /// <summary>The longest time in which nothing arrives before the download is tried again.</summary>
    /// <value>Default 60 seconds. Above 0, at most one day.</value>
    public TimeSpan StallTimeout { get; init; } = new DownloadLimits().Stall;

    /// <summary>The listener that gets a report after each megabyte of a download.</summary>
    /// <value>Default null: none.</value>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Where environment variables come from.</summary>
    internal Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The folder of the application.</summary>
    internal string ApplicationFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>The time before a download is tried again.</summary>
    internal TimeSpan RetryPause { get; init; } = new DownloadLimits().Pause;

    /// <summary>One sentence per option that is out of range.</summary>
    internal IEnumerable<string> GetValidationErrors()
    {
        if (Folder is not null && !Directory.Exists(Folder))
            yield return $"The folder for pretrained weights is '{Folder}', which does not exist; name an existing folder.";
        if (MirrorAddress is { } mirror && !(mirror.IsAbsoluteUri && SafeRedirects.IsAllowed(mirror)))
            yield return $"MirrorAddress is '{mirror}'; it must begin with https:// (http:// only for this machine).";
        foreach ((string name, TimeSpan time) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(StallTimeout), StallTimeout) })
        {
            if (time <= TimeSpan.Zero || time > TimeSpan.FromDays(1))
                yield return Invariant($"{name} is {time.TotalSeconds} seconds; it must be above 0 and at most one day.");
        }
    }
}
