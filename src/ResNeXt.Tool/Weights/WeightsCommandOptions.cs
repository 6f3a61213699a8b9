using System.CommandLine;
using ResNeXt.Core.Weights.Pretrained;

namespace ResNeXt.Tool.Weights;

/// <summary>The options <c>--weights</c> and <c>--download</c>: a file or the name of pretrained weights, and whether these may be downloaded.</summary>
internal sealed class WeightsCommandOptions(string description)
{
    private readonly Option<string?> _weights = new("--weights") { Description = description, HelpName = "FILE|NAME" };
    private readonly Option<bool> _download = new("--download") { Description = "Download pretrained weights if they are not on this machine." };

    /// <summary>Both options.</summary>
    public IEnumerable<Option> All => [_weights, _download];

    public void AddTo(Command command)
    {
        command.Add(_weights);
        command.Add(_download);
    }

    /// <summary>Gets what <c>--weights</c> says; null if it is not given.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_weights);

    /// <summary>Gets whether weights may be downloaded.</summary>
    public bool MayDownload(ParseResult parsed) => parsed.GetValue(_download);

    /// <summary>Gets where pretrained weights are looked for. A download shows how far it is.</summary>
    public PretrainedOptions Pretrained(ParseResult parsed) => new() { Download = MayDownload(parsed), Progress = new DownloadLine() };
}
