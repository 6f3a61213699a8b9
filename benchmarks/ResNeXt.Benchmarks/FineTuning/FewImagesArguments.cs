using System.Globalization;

namespace ResNeXt.Benchmarks.FineTuning;

/// <summary>What the command is asked for.</summary>
/// <param name="Folder">A folder with a folder of images per class.</param>
internal sealed record FewImagesArguments(string Folder)
{
    /// <summary>The count that stands for all training images.</summary>
    public const int All = int.MaxValue;

    /// <summary>Whether to fine-tune the whole network and to train from random weights too, which takes minutes per split.</summary>
    public bool Trains { get; private init; }

    /// <summary>
    /// Whether to set aside together the images of a class whose file names agree up to the first '-', patches of one slab of concrete for example. A
    /// class of one such group is split at random.
    /// </summary>
    public bool ByPrefix { get; private init; }

    /// <summary>The numbers of training images per class, a row each.</summary>
    public IReadOnlyList<int> PerClass { get; private init; } = [5, 10, 20, All];

    /// <summary>Reads them; null where they are not understood.</summary>
    public static FewImagesArguments? Parse(string folder, ReadOnlySpan<string> options)
    {
        var arguments = new FewImagesArguments(folder);
        while (options is [var option, .. var rest])
        {
            options = rest;
            switch (option)
            {
                case "--train":
                    arguments = arguments with { Trains = true };
                    break;
                case "--by-prefix":
                    arguments = arguments with { ByPrefix = true };
                    break;
                case "--per-class" when options is [var text, .. var others] && Counts(text) is { } counts:
                    arguments = arguments with { PerClass = counts };
                    options = others;
                    break;
                default:
                    return null;
            }
        }
        return arguments;
    }

    private static int[]? Counts(string text)
    {
        int[] counts = [.. text.Split(',').Select(word => word == "all" ? All : int.TryParse(word, CultureInfo.InvariantCulture, out int count) ? count : 0)];
        return counts.All(count => count > 0) ? counts : null;
    }
}
