using System.CommandLine;
using ResNeXt.Core;
using ResNeXt.Core.Weights.Pretrained;

namespace ResNeXt.Tool.Weights;

/// <summary>The weights that a training starts from, chosen on the command line or, where it says nothing, by what is on this machine.</summary>
/// <param name="InitialWeights">The path of a file, or the name of pretrained weights; null for random weights.</param>
/// <param name="Architecture">The network to train; null if the weights, or the trainer's default, decide.</param>
/// <param name="Announcement">What to tell the user about the choice; null for nothing.</param>
internal sealed record StartingWeights(string? InitialWeights, string? Architecture, string? Announcement)
{
    /// <summary>The network of a file, if it is none of those with a name; else null.</summary>
    public Core.Architecture? Unnamed { get; init; }

    /// <summary>The value of <c>--weights</c> for random weights.</summary>
    public const string None = "none";

    /// <summary>Whether these are pretrained weights with a name.</summary>
    public bool ArePretrained => InitialWeights is { } weights && PretrainedWeights.IsName(weights);

    /// <summary>Chooses the weights. Pretrained weights are downloaded now if that is allowed and they are not on this machine.</summary>
    /// <param name="options">The options <c>--weights</c> and <c>--download</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="architecture">The network that the user chose; null for none.</param>
    /// <param name="usual">The network to train on these images if neither the user nor the weights choose one; null for the trainer's default.</param>
    /// <exception cref="ArgumentException">The name is unknown, or there are no pretrained weights for the network.</exception>
    /// <exception cref="IOException">The weights are not on this machine and may not, or cannot, be downloaded.</exception>
    public static StartingWeights Choose(WeightsCommandOptions options, ParseResult parsed, string? architecture, string? usual)
    {
        string? given = options.Given(parsed);
        if (given is null && architecture is null && usual is null)
            return WithoutOptions(options, parsed);
        given ??= options.MayDownload(parsed) ? PretrainedWeights.Best : None;
        if (given.Equals(None, StringComparison.OrdinalIgnoreCase))
            return new(null, architecture ?? usual, null);
        return PretrainedWeights.IsName(given)
            ? Named(PretrainedFile.Find(given, architecture, options.Pretrained(parsed)), "")
            : OfFile(given, architecture, usual);
    }

    private static StartingWeights OfFile(string path, string? architecture, string? usual)
    {
        // A missing file is the trainer's to report.
        if (architecture is not null || !File.Exists(path) || LoadedWeights.Read(path, null, null).Architecture is not { } network)
            return new(path, architecture ?? usual, null);
        // A network without a name of its own has no recipe of its own either; the trainer reads it from the file.
        bool hasName = Architectures.All.Any(known => network with { Depths = known.Depths } == known && network.Depths.SequenceEqual(known.Depths));
        return hasName ? new(path, network.Name, null) : new(path, null, null) { Unnamed = network };
    }

    private static StartingWeights WithoutOptions(WeightsCommandOptions options, ParseResult parsed)
    {
        const string Advice = " (--weights none: from random weights)";
        PretrainedOptions places = options.Pretrained(parsed);
        if (options.MayDownload(parsed))
            return Named(PretrainedFile.Find(PretrainedWeights.Best, options: places), Advice);
        return PretrainedFile.FindOnThisMachine(places) is { } file
            ? Named(file, Advice)
            : new(null, null, "Training starts from random weights, because no pretrained ones are on this machine; with few photographs, "
                + "--weights pretrained --download gives better results.");
    }

    private static StartingWeights Named(PretrainedFile file, string advice) =>
        new(file.Weights.Name, file.Weights.Architecture, $"Training starts from {file.Weights.Name}, in {file.Path}{advice}.");
}
