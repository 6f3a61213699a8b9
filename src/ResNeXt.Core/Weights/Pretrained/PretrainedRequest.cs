using System.Collections.Immutable;

namespace ResNeXt.Core.Weights.Pretrained;

/// <summary>What a caller asks for by name, and the weights that can serve it, the best first.</summary>
internal sealed class PretrainedRequest
{
    // Downloaded if any network will do: small, and fast on every machine.
    private const string FirstChoice = "resnet18";

    private readonly string _name;
    private readonly string? _architecture;

    /// <summary>Selects the weights.</summary>
    /// <param name="name"><c>pretrained</c>, or the name of weights.</param>
    /// <param name="architecture">The name of the network; null for any.</param>
    /// <param name="needsClasses">Whether the weights must have the last layer, because they are used as they are.</param>
    /// <exception cref="ArgumentException">The name is unknown, or there are no such weights for the network.</exception>
    public PretrainedRequest(string name, string? architecture, bool needsClasses = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name;
        _architecture = architecture is null ? null : Architectures.Get(architecture).Name;
        Candidates = name.Equals(PretrainedWeights.Best, StringComparison.OrdinalIgnoreCase) ? BestFirst(_architecture, needsClasses) : [Named(needsClasses)];
    }

    /// <summary>The weights that can serve the request, the most accurate first.</summary>
    public ImmutableArray<PretrainedWeights> Candidates { get; }

    /// <summary>The weights to download if none of <see cref="Candidates"/> is on this machine; null if none has an address.</summary>
    public PretrainedWeights? ToDownload =>
        Candidates.FirstOrDefault(weights => weights.Address is not null && (Candidates.Length == 1 || weights.Architecture == (_architecture ?? FirstChoice)));

    /// <summary>Describes how to get the weights by hand, in one sentence, and where they were looked for.</summary>
    public string NotFound(PretrainedPlaces places)
    {
        bool any = _name.Equals(PretrainedWeights.Best, StringComparison.OrdinalIgnoreCase);
        string what = any ? $"Pretrained weights{(_architecture is null ? "" : $" for {_architecture}")}" : $"The weights {Candidates[0].Name}";
        var ways = new List<string>();
        if (Candidates.FirstOrDefault(weights => weights.PackageId is not null) is { } packaged)
            ways.Add($"add the NuGet package {packaged.PackageId} to the application");
        if (ToDownload is { } download)
        {
            ways.Add($"download {places.AddressOf(download.Address!)} into the folder '{places.CacheFolder}'");
            ways.Add(places.IsOffline
                ? $"remove the environment variable RESNEXT_OFFLINE and allow downloads with {nameof(PretrainedOptions)}.{nameof(PretrainedOptions.Download)}"
                : $"allow the download with {nameof(PretrainedOptions)}.{nameof(PretrainedOptions.Download)}");
        }
        return $"{what} are not on this machine: {string.Join(", or ", ways)}. These folders were searched: '{string.Join("', '", places.Folders)}'.";
    }

    private PretrainedWeights Named(bool needsClasses)
    {
        PretrainedWeights weights = PretrainedWeights.Get(_name);
        if (_architecture is not null && !weights.IsFor(_architecture))
            throw new ArgumentException($"The weights {weights.Name} are for {weights.Architecture}, not for {_architecture}; name another network, or other weights.");
        return !needsClasses || weights.HasClasses ? weights : throw new ArgumentException(
            $"The weights {weights.Name} have no last layer, so they cannot classify; train with them first, or use them for features.");
    }

    private static ImmutableArray<PretrainedWeights> BestFirst(string? architecture, bool needsClasses)
    {
        IEnumerable<PretrainedWeights> usable = PretrainedWeights.All.Where(weights => weights.HasClasses || !needsClasses);
        ImmutableArray<PretrainedWeights> best =
            [.. usable.Where(weights => architecture is null || weights.IsFor(architecture)).OrderByDescending(weights => weights.ImageNetAccuracy)];
        return best.Length > 0 ? best : throw new ArgumentException(
            $"There are no pretrained weights for {architecture}; there are for {string.Join(", ", usable.Select(weights => weights.Architecture).Distinct())}.");
    }
}
