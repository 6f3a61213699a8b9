namespace ResNeXt.Core.Weights.Pretrained.Downloads;

/// <summary>How long a download waits, and how often it starts again.</summary>
internal sealed record DownloadLimits
{
    /// <summary>The longest time to connect to a server.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time in which nothing arrives.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The number of tries, one after the other, that bring nothing new. A try that brings something starts the count again.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>The time before the second try; it doubles with each further one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);
}
