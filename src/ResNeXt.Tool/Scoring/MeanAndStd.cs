using System.CommandLine;
using ResNeXt.Core.Images;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Scoring;

/// <summary>The options <c>--mean</c> and <c>--std</c>: three numbers each, for pixels from 0 to 1.</summary>
internal sealed class MeanAndStd(string defaults)
{
    private readonly Option<string?> _mean = new("--mean") { Description = $"Mean per channel, for pixels from 0 to 1; {defaults}.", HelpName = "R,G,B" };
    private readonly Option<string?> _std = new("--std") { Description = $"Standard deviation per channel, for pixels from 0 to 1; {defaults}.", HelpName = "R,G,B" };

    /// <summary>Both options.</summary>
    public IEnumerable<Option> All => [_mean, _std];

    public void AddTo(Command command)
    {
        command.Add(_mean);
        command.Add(_std);
    }

    /// <summary>Gets the normalization for pixels from 0 to 255; null if the options are not given.</summary>
    public PixelNormalization? Read(ParseResult parsed) => (parsed.GetValue(_mean), parsed.GetValue(_std)) switch
    {
        (null, null) => null,
        ({ } mean, { } std) => new PixelNormalization(Parse(_mean.Name, mean), Parse(_std.Name, std)).Scale(255),
        _ => throw new ArgumentException("Only one of --mean and --std is given; give both or neither."),
    };

    private static float[] Parse(string option, string text)
    {
        string[] parts = text.Split(',');
        var values = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts.Length != 3 || NumberText.Read(parts[i], out values[i]) is not null)
                throw new ArgumentException($"{option} is '{text}'; it must be three numbers with commas, for example 0.485,0.456,0.406.");
        }
        return values;
    }
}
