using ResNeXt.Core.Weights.Pretrained.Downloads;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>The file of pretrained weights on this machine.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Path">The path of the file, which <see cref="WeightFile"/> reads.</param>
public sealed record PretrainedFile(PretrainedWeights Weights, string Path)
{
    // A file may be a little larger than its approximate size.
    private const double Tolerance = 1.1;
    private const long LargestFile = 4L << 30;

    /// <summary>Finds pretrained weights on this machine, or downloads them if that is allowed. Their hash is checked where it is known.</summary>
    /// <param name="name">
    /// <c>pretrained</c>, for the best that can be had for a network, or the name of one of <see cref="PretrainedWeights.All"/>.
    /// </param>
    /// <param name="architecture">
    /// The name of the network; null for any. With <c>pretrained</c>, the weights that are most accurate on ImageNet, of those on this machine, are then
    /// chosen, and <c>resnet18</c> is downloaded if there are none.
    /// </param>
    /// <param name="options">Where to look, and whether to download; null for the defaults, which do not download.</param>
    /// <param name="cancellationToken">Cancels a download. What has arrived is kept, and the next download goes on from there.</param>
    /// <exception cref="ArgumentException">
    /// The name is unknown, there are no pretrained weights for the network, or options are out of range.
    /// </exception>
    /// <exception cref="FileNotFoundException">The file is not on this machine; the message says what to fetch and where to put it.</exception>
    /// <exception cref="InvalidDataException">The file has another hash: it is damaged, or another file.</exception>
    /// <exception cref="IOException">The file cannot be downloaded.</exception>
    public static PretrainedFile Find(
        string name, string? architecture = null, PretrainedOptions? options = null, CancellationToken cancellationToken = default) =>
        Find(new PretrainedRequest(name, architecture), options, cancellationToken);

    /// <summary>Finds pretrained weights like <see cref="Find(string, string?, PretrainedOptions?, CancellationToken)"/>.</summary>
    internal static PretrainedFile Find(PretrainedRequest request, PretrainedOptions? options, CancellationToken cancellationToken)
    {
        options ??= new PretrainedOptions();
        var places = new PretrainedPlaces(options);
        if (FindOnThisMachine(request, places) is { } found)
            return Checked(found);
        PretrainedWeights wanted = request.ToDownload ?? throw new FileNotFoundException(request.NotFound(places));
        if (!places.MayDownload)
            throw new FileNotFoundException(request.NotFound(places));
        // On a thread of the pool: the caller may have a context that its own thread has to serve.
        return new(wanted, Task.Run(() => DownloadAsync(wanted, places, options, cancellationToken), cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>Gets why weights cannot be had, without reading or downloading anything; null if they can, as far as is known by then.</summary>
    internal static string? FindMistake(string name, string? architecture, bool needsClasses, PretrainedOptions? options)
    {
        try
        {
            var request = new PretrainedRequest(name, architecture, needsClasses);
            var places = new PretrainedPlaces(options ?? new());
            return FindOnThisMachine(request, places) is not null || (places.MayDownload && request.ToDownload is not null) ? null : request.NotFound(places);
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Finds the weights for any network that are most accurate on ImageNet, without downloading them; null if there are none.</summary>
    internal static PretrainedFile? FindOnThisMachine(PretrainedOptions options) =>
        FindOnThisMachine(new PretrainedRequest(PretrainedWeights.Best, architecture: null), new PretrainedPlaces(options));

    // The hash is not checked yet.
    private static PretrainedFile? FindOnThisMachine(PretrainedRequest request, PretrainedPlaces places) =>
        request.Candidates.Select(weights => places.Find(weights) is { } path ? new PretrainedFile(weights, path) : null).FirstOrDefault(file => file is not null);

    private static async Task<string> DownloadAsync(
        PretrainedWeights weights, PretrainedPlaces places, PretrainedOptions options, CancellationToken cancellationToken)
    {
        long maximum = weights.ApproximateBytes is { } bytes ? (long)(bytes * Tolerance) : LargestFile;
        var limits = new DownloadLimits { Connect = options.ConnectTimeout, Stall = options.StallTimeout, Pause = options.RetryPause };
        using var download = new FileDownload(limits, options.Progress);
        return await download.RunAsync(
            new(places.AddressOf(weights.Address!), weights.FileName, maximum, weights.Sha256Prefix), places.CacheFolder, cancellationToken).ConfigureAwait(false);
    }

    private static PretrainedFile Checked(PretrainedFile file)
    {
        using FileStream content = File.OpenRead(file.Path);
        return RemoteFile.FindMistake(content, file.Weights.Sha256Prefix) is { } mistake
            ? throw new InvalidDataException($"'{file.Path}' is not the file of {file.Weights.Name}, or is damaged: {mistake}. Delete it, and fetch it again.")
            : file;
    }
}
