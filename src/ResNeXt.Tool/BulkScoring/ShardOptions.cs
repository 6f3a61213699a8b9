using System.CommandLine;
using ResNeXt.MLNet.Sharding;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.BulkScoring;

/// <summary>The options <c>--shard</c> and <c>--shards</c>, and the variables of the environment in their place.</summary>
internal static class ShardOptions
{
    private const string Placeholder = "{shard}";

    private static readonly Option<string?> One = new("--shard")
    {
        Description = "Score only part I of N, counted from 0, for example 3/16; default as MPI, SLURM or Kubernetes say in the environment, else all.",
        HelpName = "I/N",
    };

    private static readonly Option<int?> Count = new("--shards")
    {
        Description = "The number of parts, where the environment has only the index: in a Kubernetes Indexed Job.",
        HelpName = "N",
    };

    public static void AddTo(Command command)
    {
        command.Add(One);
        command.Add(Count);
    }

    /// <summary>Gets the shard.</summary>
    /// <exception cref="ArgumentException">The options have no allowed values.</exception>
    /// <exception cref="InvalidOperationException">The environment does not say one shard clearly.</exception>
    public static Shard Read(ParseResult parsed)
    {
        if (parsed.GetValue(Count) is < 1 and var count)
            throw new ArgumentException($"{Count.Name} is {count}; it must be at least 1.");
        if (parsed.GetValue(One) is not { } text)
            return Shard.FromEnvironment(parsed.GetValue(Count));
        if (parsed.GetValue(Count) is not null)
            throw new ArgumentException($"Both {One.Name} and {Count.Name} are given; {One.Name} says the number of parts too.");
        return text.Split('/') is [var first, var second] && NumberText.Read(first, out int index) is null && NumberText.Read(second, out int shards) is null
            && index >= 0 && index < shards
            ? new Shard(index, shards)
            : throw new ArgumentException($"{One.Name} is '{text}'; it must be I/N with I from 0 to N - 1, for example 0/4, 1/4, 2/4 and 3/4.");
    }

    /// <summary>Puts the index of the shard in the place of <c>{shard}</c> in the name of a file.</summary>
    public static string NameFor(Shard shard, string output) => output.Replace(Placeholder, $"{shard.Index}", StringComparison.Ordinal);
}
