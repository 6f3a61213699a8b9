using System.Globalization;
using ResNeXt.Core;

namespace ResNeXt.Benchmarks.Int8;

/// <summary>What the command is asked for.</summary>
internal sealed record Int8Arguments(int Runs, IReadOnlyList<string> Networks)
{
    /// <summary>The file for the figures.</summary>
    public string? Json { get; private init; }

    /// <summary>Reads them; null where they are not understood.</summary>
    public static Int8Arguments? Parse(string[] options, int leastRuns, IReadOnlyList<string> networks)
    {
        var arguments = new Int8Arguments(leastRuns, networks);
        foreach (string[] pair in options.Chunk(2))
        {
            switch (pair)
            {
                case ["--runs", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out int runs) && runs >= leastRuns:
                    arguments = arguments with { Runs = runs };
                    break;
                case ["--networks", var names] when names.Split(',').All(name => Architectures.All.Any(architecture => architecture.Name == name)):
                    arguments = arguments with { Networks = names.Split(',') };
                    break;
                case ["--json", var path]:
                    arguments = arguments with { Json = path };
                    break;
                default:
                    return null;
            }
        }
        return arguments;
    }
}
