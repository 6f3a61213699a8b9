using System.Globalization;
using ResNeXt.Core;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>What the command is asked for.</summary>
/// <param name="Time">How long a turn takes.</param>
/// <param name="Turns">The number of turns of the server, and of ONNX Runtime alone.</param>
/// <param name="Replacements">How many times the model is replaced.</param>
/// <param name="Architecture">The network.</param>
internal sealed record ServingArguments(TimeSpan Time, int Turns, int Replacements, string Architecture)
{
    /// <summary>How to give them.</summary>
    public const string Usage =
        "give --seconds N, --turns N, --replacements N with numbers of at least 1, and --network NAME, or some of them, or nothing";

    /// <summary>Reads them; null where they are not understood.</summary>
    public static ServingArguments? Parse(string[] options)
    {
        var arguments = new ServingArguments(TimeSpan.FromSeconds(60), Turns: 3, Replacements: 50, "resnet18");
        foreach (string[] pair in options.Chunk(2))
        {
            switch (pair)
            {
                case ["--seconds", var text] when IsNumber(text, out int seconds):
                    arguments = arguments with { Time = TimeSpan.FromSeconds(seconds) };
                    break;
                case ["--turns", var text] when IsNumber(text, out int turns):
                    arguments = arguments with { Turns = turns };
                    break;
                case ["--replacements", var text] when IsNumber(text, out int replacements):
                    arguments = arguments with { Replacements = replacements };
                    break;
                case ["--network", var name] when Architectures.All.Any(architecture => architecture.Name == name):
                    arguments = arguments with { Architecture = name };
                    break;
                default:
                    return null;
            }
        }
        return arguments;
    }

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1;
}
